import { execFile } from 'node:child_process';
import { access, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ApiServer } from './api-server.ts';
import type { OpenApiDocument } from './document.ts';

const run = promisify(execFile);
const VERSION = '0.29.1';
const CACHE = join(import.meta.dirname, '../../../.cache');
const ENVIRONMENT = join(CACHE, `openapi-python-client-${VERSION}`);
const PROGRAM = join(import.meta.dirname, '../programs/program.py');

/** Result of the generator and of the program that uses its client. */
export interface PythonResult {
  /** Operations and schemas that the generator left out. */
  readonly warnings: readonly string[];
  /** What the program printed, as JSON. */
  readonly output: unknown;
}

/**
 * Generates a client by openapi-python-client and runs the program that uses it against a server. Throws when Python 3.10
 * with venv is missing, and the errors of the generator and of the program.
 */
export async function runPythonProgram(document: OpenApiDocument, server: ApiServer): Promise<PythonResult> {
  await install();
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-python-client-'));
  try {
    const source = join(folder, 'openapi.json');
    await writeFile(source, JSON.stringify(document));
    // The generator formats its output by a program of its environment.
    const env = { PATH: join(ENVIRONMENT, 'bin') };
    const target = ['--meta', 'none', '--output-path', join(folder, 'trainyard')];
    const generator = ['-m', 'openapi_python_client', 'generate', '--path', source, ...target];
    const generated = await run(toPython(), generator, { env, cwd: folder });
    await copyFile(PROGRAM, join(folder, 'program.py'));
    const { stdout } = await run(toPython(), ['program.py', server.url, server.key], { cwd: folder });
    return { warnings: listWarnings(generated.stdout + generated.stderr), output: JSON.parse(stdout) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function listWarnings(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => /^(WARNING|ERROR|Unable) /i.test(line))
    .map((line) => line.trim());
}

function toPython(environment = ENVIRONMENT): string {
  return join(environment, 'bin/python');
}

/** Installs the pinned version from PyPI into `.cache`, once. */
async function install(): Promise<void> {
  const isInstalled = await access(ENVIRONMENT).then(
    () => true,
    () => false,
  );
  if (isInstalled) return;
  await mkdir(CACHE, { recursive: true });
  const draft = `${ENVIRONMENT}.${process.pid}`;
  try {
    await run('python3', ['-m', 'venv', draft]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(toPython(draft), [...pip, `openapi-python-client==${VERSION}`]);
    await rename(draft, ENVIRONMENT);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
