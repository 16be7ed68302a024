import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import openapiTypescript, { astToString } from 'openapi-typescript';
import type { ApiServer } from './api-server.ts';
import type { OpenApiDocument } from './document.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const PROGRAM = join(import.meta.dirname, '../programs/program.ts');
const TYPESCRIPT_OPTIONS = [
  ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--allowImportingTsExtensions'],
  ...['--module', 'nodenext', '--target', 'es2024', '--types', 'node', '--ignoreConfig'],
];

/**
 * Generates types by openapi-typescript, checks the program that uses them, and runs it against a server. Throws the errors
 * of the compiler and of the program. @returns what the program printed, as JSON
 */
export async function runTypescriptProgram(document: OpenApiDocument, server: ApiServer): Promise<unknown> {
  // Below the workspace, where the program finds openapi-fetch.
  const folder = await mkdtemp(join(import.meta.dirname, '../.generated-'));
  try {
    await writeFile(join(folder, 'api.ts'), astToString(await openapiTypescript(document as never)));
    const program = join(folder, 'program.ts');
    await copyFile(PROGRAM, program);
    await checkTypes(program);
    const { stdout } = await run(process.execPath, [program, server.url, server.key]);
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkTypes(program: string): Promise<void> {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  try {
    await run(process.execPath, [compiler, ...TYPESCRIPT_OPTIONS, program]);
  } catch (error) {
    throw new Error(
      `The program does not match the generated types:\n${(error as { stdout: string }).stdout}`,
    );
  }
}
