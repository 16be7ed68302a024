import { expect, it } from 'vitest';
import type { ImportSource, SourceEntry } from '../../../ports/storage/import.ts';
import { listLocalFiles } from './local-files.ts';

const NFC = 'Zo\u00eb.png';
const NFD = 'Zoe\u0308.png';

/** A source with one folder; a value is the content of a file, or the fault of an entry. */
function createSource(files: Readonly<Record<string, string | { readonly fault: string }>>): ImportSource {
  const toEntry = ([name, content]: [string, string | { readonly fault: string }]): SourceEntry => {
    const entry = { name, path: `in/${name}`, kind: 'file', sizeBytes: 0 } as const;
    return typeof content === 'string' ? { ...entry, sizeBytes: content.length } : { ...entry, ...content };
  };
  return {
    address: '/folder',
    read: async (path) => {
      const content = files[path.slice('in/'.length)];
      return typeof content === 'string' ? new TextEncoder().encode(content) : undefined;
    },
    readDocument: async () => undefined,
    listFolder: async () => Object.entries(files).map(toEntry),
    resolvePath: (path) => path,
  };
}

async function listFiles(files: Parameters<typeof createSource>[0]) {
  const found = await listLocalFiles(createSource(files), 'in', { prefix: 'to/' });
  return {
    keys: found?.copies.map(({ key }) => key),
    left: Object.fromEntries(
      found?.left.map(({ name, reason, outcome }) => [name, `${outcome}: ${reason}`]) ?? [],
    ),
    hidden: found?.hidden,
  };
}

it('hidden twins of macOS are counted and not imported (case 4)', async () => {
  const files = {
    'a.png': 'x',
    '._a.png': 'x',
    'a.txt': 'x',
    '._a.txt': 'x',
    '.DS_Store': 'x',
    'Thumbs.db': 'x',
  };
  expect(await listFiles(files)).toEqual({ keys: ['to/a.png', 'to/a.txt'], left: {}, hidden: 4 });
});

it('a file of a type that is not accepted is named with its type (case 5)', async () => {
  const { keys, left } = await listFiles({
    'a.HEIC': 'x',
    'b.tiff': 'x',
    notes: 'x',
    'c.JPG': 'x',
    'a.txt': 'x',
  });
  expect(keys).toEqual(['to/c.JPG']);
  expect(left).toEqual({
    'a.HEIC': 'skipped: is of a type that is not accepted (heic)',
    'b.tiff': 'skipped: is of a type that is not accepted (tiff)',
    notes: 'skipped: is of a type that is not accepted (no ending)',
    'a.txt': 'skipped: is a caption without an image',
  });
});

it('a name is stored in NFC, and an NFD name pairs with an NFC caption', async () => {
  expect((await listFiles({ [NFD]: 'x', 'Zo\u00eb.txt': 'y' })).keys).toEqual([
    `to/${NFC}`,
    'to/Zo\u00eb.txt',
  ]);
});

it('equal files under both Unicode forms of a name are joined, and different ones are named', async () => {
  const joined = await listFiles({ [NFC]: 'same', [NFD]: 'same' });
  expect(joined).toMatchObject({
    keys: [`to/${NFC}`],
    left: { [NFD]: expect.stringContaining('skipped: is a copy') },
  });
  const different = await listFiles({ [NFC]: 'one', [NFD]: 'other' });
  expect(different.keys).toEqual([`to/${NFC}`]);
  expect(different.left[NFD]).toContain('refused: has the name of a different file');
});

it('names that cannot be stored, empty files and unreadable files are named, and the others are imported', async () => {
  const { keys, left } = await listFiles({
    'a.png': 'x',
    'b\u0007.png': 'x',
    'a.txt': '',
    'c.png': '',
    'd.png': { fault: 'cannot be read: permission denied' },
    [`${'e'.repeat(1_100)}.png`]: 'x',
  });
  expect(keys).toEqual(['to/a.png']);
  expect(Object.values(left)).toEqual([
    'refused: has a name that cannot be stored: it holds a control character',
    expect.stringMatching(/^refused: is empty, and no training starts until it has a text/),
    'refused: is empty',
    'refused: cannot be read: permission denied',
    'refused: has a name that cannot be stored: it is longer than 1024 bytes',
  ]);
});
