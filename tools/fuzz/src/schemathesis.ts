// Runs Schemathesis with all checks against a whole system with sample data. Exits with 1 on a server error, a response that
// violates the OpenAPI document, or a document that Schemathesis cannot read.
// Usage: npm run fuzz:schemathesis [-- --max-examples 20 --seed 1 --phases fuzzing --route '/api/trainings']
import { execFile, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createFixtures } from './server/fixtures.ts';
import { SECRETS } from './server/secrets.ts';
import { CREDENTIALS, startServer } from './server/server.ts';

const run = promisify(execFile);
const VERSION = '4.32.5';
const CACHE = join(import.meta.dirname, '../../../.cache');
const ENVIRONMENT = join(CACHE, `schemathesis-${VERSION}`);
const CONFIG = join(import.meta.dirname, '../schemathesis.toml');

/** The checks send more unknown keys and requests from one address than the limits allow. */
const UNLIMITED = {
  RATE_LIMIT_PER_KEY: '1000000',
  RATE_LIMIT_PER_ADDRESS: '1000000',
  REFUSED_KEYS_PER_MINUTE: '100000',
};

interface SchemathesisOptions {
  readonly maxExamples: string;
  readonly seed: string;
  /** Phases of Schemathesis, separated by commas. */
  readonly phases: string;
  /** Only routes of this path; all routes by default. */
  readonly route?: string | undefined;
}

/** Starts the system, runs Schemathesis and removes both. @returns the exit code of Schemathesis */
async function runSchemathesis(options: SchemathesisOptions): Promise<number> {
  await install();
  const server = await startServer(UNLIMITED);
  // Schemathesis writes its examples and caches into the working directory.
  const cwd = await mkdtemp(join(tmpdir(), 'trainyard-schemathesis-'));
  try {
    await createFixtures(server);
    // As a module: the scripts of an environment name the folder in which it was created.
    const program = ['-m', 'schemathesis.cli', ...toArguments(server.url, options)];
    const child = spawn(toProgram('python'), program, { cwd, stdio: 'inherit' });
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (exitCode) => resolve(exitCode ?? 1));
    });
    const exited = server.listExited();
    for (const each of exited) process.stderr.write(`${each}\n`);
    return exited.length > 0 ? 1 : code;
  } finally {
    await server.close();
    await rm(cwd, { recursive: true, force: true });
  }
}

function toArguments(
  url: string,
  { maxExamples, seed, phases, route }: SchemathesisOptions,
): readonly string[] {
  return [
    ...['--config-file', CONFIG, 'run', `${url}/openapi.json`],
    ...['--header', `Authorization:${CREDENTIALS.full.authorization}`],
    ...['--header', `x-api-key:${SECRETS.adminKey}`],
    ...['--checks', 'all', '--max-examples', maxExamples, '--seed', seed, '--phases', phases],
    ...(route === undefined ? [] : ['--include-path', route]),
  ];
}

function toProgram(name: string, environment = ENVIRONMENT): string {
  return join(environment, process.platform === 'win32' ? 'Scripts' : 'bin', name);
}

/** Installs the pinned version from PyPI into `.cache`, once. Throws when Python 3.10 or newer with venv is missing. */
async function install(): Promise<void> {
  if (await exists(ENVIRONMENT)) return;
  await mkdir(CACHE, { recursive: true });
  const draft = `${ENVIRONMENT}.${process.pid}`;
  try {
    await run('python3', ['-m', 'venv', draft]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(toProgram('python', draft), [...pip, `schemathesis==${VERSION}`]);
    await rename(draft, ENVIRONMENT);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

const { values } = parseArgs({
  options: {
    'max-examples': { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    phases: { type: 'string', default: 'examples,coverage,fuzzing,stateful' },
    route: { type: 'string' },
  },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await runSchemathesis({
  maxExamples: values['max-examples'],
  seed: values.seed,
  phases: values.phases,
  route: values.route,
});
