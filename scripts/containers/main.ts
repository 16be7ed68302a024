/** `npm run test:containers`: the container tests on an engine that answers, or on Debian's engine that this command starts. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PrepareError } from '../prepare/run.mjs';
import { build, prepareBaseImages } from './base-images.ts';
import { openEngine } from './engine.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dir = `${root}.cache/containers`;

try {
  process.exitCode = await testContainers();
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** Prepares engine and images, runs the tests, and stops an engine that it started. Returns the exit code of the tests. */
async function testContainers(): Promise<number> {
  mkdirSync(dir, { recursive: true });
  const engine = await openEngine(dir);
  try {
    prepareBaseImages(engine, dir);
    build(engine, 'trainyard', { context: root });
    const env = {
      ...process.env,
      ...engine.env,
      // Ryuk, the cleaner of testcontainers, is an image of its own; the tests remove their containers themselves.
      TESTCONTAINERS_RYUK_DISABLED: 'true',
      TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1',
    };
    const { status } = spawnSync('vitest', ['run', '--project', 'containers'], {
      cwd: root,
      env,
      stdio: 'inherit',
    });
    return status ?? 1;
  } finally {
    await engine.stop();
  }
}
