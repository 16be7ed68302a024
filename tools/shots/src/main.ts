/** `npm run shots -- readme`: the pictures of the README, made from a running demo. They are written to docs/pictures. */
import { fileURLToPath } from 'node:url';
import { takeReadmeShots } from './readme.ts';

const SETS = { readme: takeReadmeShots };

const [name = ''] = process.argv.slice(2);
if (!Object.hasOwn(SETS, name)) {
  process.stderr.write(`Unknown set of pictures "${name}"; known: ${Object.keys(SETS).join(', ')}\n`);
  process.exit(2);
}
const folder = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));
const paths = await SETS[name as keyof typeof SETS](folder);
process.stdout.write(`${paths.join('\n')}\n`);
