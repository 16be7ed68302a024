import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
const pages = [
  'README.md',
  ...inDocs.filter((file) => file.endsWith('.md')).map((file) => join('docs', file)),
];
function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Files of this repository that a page names, and pages that it links to. */
function listReferences(page: string): readonly string[] {
  const text = read(page);
  const files = [...text.matchAll(/`((?:apps|packages|scripts|docs|workflows)\/[\w./-]*)`/g)];
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)];
  return [...files.map(([, file = '']) => file), ...links.map(([, link = '']) => join(dirname(page), link))];
}

test.each(pages)('%s names only files that are there', (page) => {
  expect(listReferences(page).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('docs/failure-modes.md names only tests that are there', () => {
  const named = [...read('docs/failure-modes.md').matchAll(/`([^`]+\.test\.ts)` «([^»]+)»/g)];
  expect(named.length).toBeGreaterThan(20);
  expect(
    named.filter(([, file = '', title = '']) => !read(file).includes(title)).map(([all]) => all),
  ).toEqual([]);
});
