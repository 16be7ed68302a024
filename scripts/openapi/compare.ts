// Prints every difference between the OpenAPI document of a git revision and the one of the working tree that a program can
// notice. Texts are ignored; names in script./renames.ts were changed on purpose. Exits with 1 when a difference is left.
// Usage: npm run compare:openapi [-- REVISION]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOpenApiDifferences, type OpenApiDifference } from './differences.ts';
import { OPENAPI_RENAMES } from './renames.ts';
import { simplifyDocument } from './simplify.ts';

/** The last revision before the names of the wire were changed. */
const DEFAULT_REVISION = 'b95a4b7';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

/**
 * Builds the API without Redis, because only the route of the document is called. Older revisions name the queues `boards`.
 */
const PRINT_DOCUMENT = `
import { pathToFileURL } from 'node:url';
const { createApi } = await import(pathToFileURL(process.argv[1]).href);
const log = { info() {}, warn() {}, error() {} };
const metrics = { refusals: { inc() {} } };
const app = await createApi({ deps: { log, metrics, boardQueues: [], boards: [] }, options: { keys: [] } });
const answer = await app.inject({ url: '/openapi.json', headers: { host: 'localhost' } });
if (answer.statusCode !== 200) throw new Error(answer.body);
process.stdout.write(answer.body, () => process.exit(0));
`;

function main(revision: string): void {
  const before = readDocumentAtRevision(revision);
  const differences = findOpenApiDifferences(
    simplifyDocument(before),
    simplifyDocument(readDocument(ROOT)),
    OPENAPI_RENAMES,
  );
  for (const each of differences) console.log(formatDifference(each));
  console.log(`${differences.length} differences to ${revision}.`);
  process.exitCode = differences.length === 0 ? 0 : 1;
}

/** Builds the document of a checkout. Throws when the API of that checkout cannot be built. */
function readDocument(root: string): unknown {
  const entry = join(root, 'apps/api/src/index.ts');
  const args = ['--input-type=module', '--eval', PRINT_DOCUMENT, entry];
  const text = execFileSync(process.execPath, args, { cwd: root, maxBuffer: MAX_DOCUMENT_BYTES });
  return JSON.parse(text.toString());
}

function readDocumentAtRevision(revision: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-openapi-'));
  try {
    const archive = execFileSync('git', ['archive', revision], {
      cwd: ROOT,
      maxBuffer: 8 * MAX_DOCUMENT_BYTES,
    });
    execFileSync('tar', ['-x', '-C', folder], { input: archive });
    linkModules(folder);
    return readDocument(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives a checkout the installed packages of this one, and its own workspaces in place of those of this one. */
function linkModules(folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@trainyard'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== '@trainyard') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  for (const path of listWorkspaces(folder)) {
    const { name } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { name: string };
    symlinkSync(path, join(modules, name));
  }
}

function listWorkspaces(folder: string): readonly string[] {
  const { workspaces } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    workspaces: readonly string[];
  };
  return workspaces.flatMap((pattern) => {
    const parent = join(folder, pattern.replace(/\/\*$/, ''));
    return readdirSync(parent).map((name) => join(parent, name));
  });
}

function formatDifference({ path, kind, before, after }: OpenApiDifference): string {
  const values = [
    ...(before === undefined ? [] : [`  before ${toShortText(before)}`]),
    ...(after === undefined ? [] : [`  after  ${toShortText(after)}`]),
  ];
  return [`${kind} ${path}`, ...values].join('\n');
}

function toShortText(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`;
}

main(process.argv[2] ?? DEFAULT_REVISION);
