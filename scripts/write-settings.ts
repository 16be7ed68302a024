import { writeFileSync } from 'node:fs';
import { envExample } from '../packages/runtime/src/settings/documentation.ts';

writeFileSync(new URL('../.env.example', import.meta.url), envExample());
