import { execFile } from 'node:child_process';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The version with which If-Match and If-None-Match on PUT are verified with the AWS SDK. */
const MOTO = '5.2.5';
const cache = join(import.meta.dirname, '../../../../.cache');
const environment = join(cache, `moto-${MOTO}`);
const python = join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const script = join(import.meta.dirname, 's3_test_server.py');

/** Command that starts moto; `port` is set if the port in the container differs from the published port. */
export interface MotoCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly port?: number;
}

/**
 * Installs moto: from `.cache`, else in a Python venv, else as a Docker image. Throws with the errors of all
 * three.
 */
export async function prepareMoto(): Promise<MotoCommand> {
  const installed = { command: python, args: [script, '127.0.0.1', '0'] };
  if (await exists(python)) return installed;
  const faults: string[] = [];
  for (const prepare of [install, installWithDebianPython]) {
    const fault = await captureErrorMessage(prepare);
    if (fault === undefined) return installed;
    faults.push(fault);
  }
  const fault = await captureErrorMessage(() => run('docker', ['version']));
  if (fault === undefined) return createContainerCommand();
  throw new Error(
    `The tests of the object store need an S3 server and never skip. Set S3_TEST_ENDPOINT, or install Python 3.10 or newer with venv, or start Docker.\n${[...faults, fault].join('\n')}`,
  );
}

/**
 * Creates the environment under a temporary name and renames it, so that several test files may run at once.
 */
async function install(): Promise<void> {
  const draft = `${environment}.${process.pid}.${Date.now()}`;
  try {
    await mkdir(cache, { recursive: true });
    await run('python3', ['-m', 'venv', draft]);
    const draftPython = python.replace(environment, draft);
    const wanted = [`moto[server]==${MOTO}`];
    await run(draftPython, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted]);
    await rename(draft, environment).catch(async (error: unknown) => {
      if (!(await exists(python))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Debian and Ubuntu ship Python without venv. */
async function installWithDebianPython(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('apt-get install python3-venv: only as root');
  await run('apt-get', ['update', '-qq']);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'python3-venv']);
  await install();
}

async function createContainerCommand(): Promise<MotoCommand> {
  const port = await freePort();
  const published = ['--publish', `127.0.0.1:${port}:5000`];
  const program = ['-c', await readFile(script, 'utf8'), '0.0.0.0', '5000'];
  const image = ['--entrypoint', 'python', `motoserver/moto:${MOTO}`];
  return {
    command: 'docker',
    args: ['run', '--rm', '--interactive', ...published, ...image, ...program],
    port,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function captureErrorMessage(prepare: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await prepare();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
