import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...inDocs.filter((file) => file.endsWith('.md')).map((file) => join('docs', file)),
];
/** The contract suites, which adapters run from their own test files. */
const CONTRACTS = join('packages', 'application', 'src', 'testing', 'contracts');

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Tests that a page names in the form `path.test.ts` «part of the title». */
function listNamedTests(text: string): readonly { readonly file: string; readonly title: string }[] {
  return [...text.matchAll(/`([^`]+\.test\.ts)` «([^»]+)»/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  }));
}

/** The text of a test file; the text of a file that runs a contract suite includes all suites. */
function readTests(file: string): string {
  const text = read(file);
  if (!text.includes("from '@trainyard/application/testing'")) return text;
  const suites = readdirSync(join(root, CONTRACTS), { recursive: true, encoding: 'utf8' });
  return [
    text,
    ...suites.filter((each) => each.endsWith('.ts')).map((each) => read(join(CONTRACTS, each))),
  ].join('\n');
}

/** Lists the files of this repository that a page names and the pages that it links to. */
function listReferences(page: string): readonly string[] {
  const text = read(page);
  const files = [...text.matchAll(/`((?:apps|packages|tools|scripts|docs|workflows|container)\/[\w./-]*)`/g)];
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)];
  return [...files.map(([, file = '']) => file), ...links.map(([, link = '']) => join(dirname(page), link))];
}

test.each(pages)('%s names only files that exist', (page) => {
  expect(listReferences(page).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

// `npm run check:compatibility` holds the titles of docs/compatibility.md against the results of a run.
test.each(pages.filter((page) => page !== join('docs', 'compatibility.md')))(
  '%s names only tests that exist',
  (page) => {
    const missing = listNamedTests(read(page)).filter(
      ({ file, title }) => !existsSync(join(root, file)) || !readTests(file).includes(title),
    );
    expect(missing).toEqual([]);
  },
);

test('every failure mode names its test', () => {
  const sections = pages
    .filter((page) => page.startsWith(join('docs', 'failure-modes')))
    .flatMap((page) => read(page).split(/^### /m).slice(1));
  expect(sections.length).toBeGreaterThan(60);
  const untested = sections.filter((section) => !section.includes('.test.ts`'));
  expect(untested.map((section) => section.split('\n')[0])).toEqual([]);
});

test('comments name only pages that exist', () => {
  const options = ['grep', '-ohE', 'docs/[a-z0-9/-]+\\.md', '--', '*.ts', '*.mjs', '*.json', '*.yml'];
  const named = execFileSync('git', options, { cwd: root, encoding: 'utf8' }).trim().split('\n');
  expect([...new Set(named)].filter((page) => !existsSync(join(root, page)))).toEqual([]);
});
