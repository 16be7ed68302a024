import { openObjectStore } from '@trainyard/storage';
import closeWithGrace from 'close-with-grace';
import { createSimulator } from './app.ts';
import { parseEnv } from './env.ts';

const env = parseEnv();
const store = await openObjectStore(env.storeUrl, { s3: env.s3 });
const simulator = createSimulator({ ...env.options, store });

closeWithGrace(async ({ err }) => {
  if (err) process.stderr.write(`${JSON.stringify({ event: 'simulator_failed', error: err.message })}\n`);
  await simulator.close();
  await store.close();
});

const baseUrl = await simulator.listen({ port: env.port, host: env.host });
process.stdout.write(`${JSON.stringify({ event: 'simulator_listening', base_url: baseUrl })}\n`);
