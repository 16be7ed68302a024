import {
  createMemoryObjectStore,
  type Deps,
  exportCatalogue,
  importFolder,
  type SourceEntry,
} from '@trainyard/application';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { parseLenientJson } from '../lenient-json.ts';
import { createManifests } from '../manifests/manifests.ts';
import { createLegacyDocuments } from './legacy-documents.ts';

type Files = ReadonlyMap<string, string>;
type Fields = Readonly<Record<string, unknown>>;

/** Fields of other tools, whose names no document of Trainyard has. */
const unknownFields = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,6}$/).map((name) => `own_${name}`),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
  { maxKeys: 3 },
);
const flag = fc.constantFrom<unknown>(true, false, undefined, 'true', 1);
const style = fc.record({
  indent: fc.constantFrom<string | number | undefined>(undefined, 2, 4, '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\uFEFF'),
  end: fc.constantFrom('', '\n'),
});

/** An object with its fields in any order. */
function inAnyOrder(fields: fc.Arbitrary<Fields>): fc.Arbitrary<Fields> {
  return fields.chain((object) =>
    fc
      .shuffledSubarray(Object.entries(object), { minLength: Object.keys(object).length })
      .map((entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined))),
  );
}

const trainingData = inAnyOrder(
  fc.record({
    s3_urls: fc.constantFrom<unknown>(
      [],
      ['s3://local/actors/a/image 1.png'],
      ['https://bucket-b.s3.amazonaws.com/a+b.png'],
    ),
    count: fc.constantFrom<unknown>(0, 15, '15', undefined),
    synced: flag,
    own: unknownFields,
  }),
);

function buildActor(number: number): fc.Arbitrary<Fields> {
  const padded = String(number).padStart(4, '0');
  return fc
    .tuple(
      fc.record({
        id: fc.constantFrom<unknown>(number, String(number), padded),
        name: fc.constantFrom<unknown>('Zoë', `${padded} european`, undefined),
        age: fc.constantFrom<unknown>(20, '20', undefined),
        training_data: fc.option(trainingData, { nil: undefined }),
        training_data_good: flag,
        custom_models_good: flag,
      }),
      unknownFields,
    )
    .chain(([known, unknown]) => inAnyOrder(fc.constant({ ...known, ...unknown })));
}

const version = (n: number): fc.Arbitrary<Fields> =>
  fc
    .tuple(
      fc.record({
        id: fc.constantFrom<unknown>(`v_${n}`, n, undefined),
        name: fc.constant(`V${n}`),
        status: fc.constantFrom('completed', 'failed'),
        good: fc.constantFrom<unknown>(false, undefined),
      }),
      unknownFields,
    )
    .chain(([known, unknown]) => inAnyOrder(fc.constant({ ...known, ...unknown })));

const manifest = fc
  .tuple(
    fc
      .integer({ min: 0, max: 3 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, n) => version(n + 1)))),
    unknownFields,
  )
  .chain(([versions, unknown]) => inAnyOrder(fc.constant({ ...unknown, versions })));

const folder = fc
  .record({
    root: fc.constantFrom('data/actors.json', 'data/actorsData.json'),
    isWrapped: fc.boolean(),
    actors: fc.tuple(...[7, 19, 142].map(buildActor)),
    manifests: fc.array(manifest, { minLength: 1, maxLength: 3 }),
    spelling: fc.constantFrom(0, 2, 4),
    sets: fc.array(fc.record({ name: fc.constant('Set'), own_x: fc.integer() }), { maxLength: 2 }),
    styles: fc.array(style, { minLength: 8, maxLength: 8 }),
  })
  .map(({ root, isWrapped, actors, manifests, spelling, sets, styles }) => {
    const documents: [string, unknown][] = [
      [root, isWrapped ? { generated: 'by the tool', actors } : actors],
      ['data/styles.json', [{ id: 16, name: 'Misty', own_a: 1 }]],
      [
        'resources/style_images/16_other_name/selection_sets.json',
        sets.map((set, n) => ({ id: n + 1, ...set, images: ['a.png', 'Zoe\u0308.png'] })),
      ],
      ...manifests.map((each, n): [string, unknown] => {
        const id = String([7, 19, 142][n]).padStart(spelling, '0');
        return [`data/actor_manifests/${id}_manifest.json`, each];
      }),
    ];
    return new Map(
      documents.map(([path, value], n) => {
        const { indent, lineEnd, mark, end } = styles[n]!;
        return [path, `${mark}${`${JSON.stringify(value, null, indent)}${end}`.replaceAll('\n', lineEnd)}`];
      }),
    );
  });

function openSource(files: Files) {
  const bytes = (path: string) => {
    const text = files.get(path);
    return text === undefined ? undefined : new TextEncoder().encode(text);
  };
  const toEntry = (folderPath: string, name: string): SourceEntry => {
    const path = `${folderPath}/${name}`;
    return { name, path, kind: files.has(path) ? 'file' : 'folder', sizeBytes: 1 };
  };
  return {
    address: '/folder',
    read: async (path: string) => bytes(path),
    readDocument: async (path: string) => {
      const found = bytes(path);
      return found && { name: path, bytes: found, json: parseLenientJson(new TextDecoder().decode(found)) };
    },
    listFolder: async (path: string) => {
      const names = [...files.keys()]
        .filter((key) => key.startsWith(`${path}/`))
        .map((key) => key.slice(path.length + 1).split('/')[0]!);
      return names.length === 0 ? undefined : [...new Set(names)].map((name) => toEntry(path, name));
    },
    resolvePath: (path: string) => path,
  };
}

async function openStore(files: Files) {
  const objects = createMemoryObjectStore();
  const catalogue = createCatalogue(objects);
  const manifests = createManifests(objects, catalogue);
  const legacyDocuments = createLegacyDocuments(objects, catalogue);
  const settings = { customS3Endpoints: [] } as unknown as Deps['settings'];
  const deps = { objects, catalogue, manifests, legacyDocuments, settings };
  const options = { images: true, takeFlags: false, onProgress: () => undefined };
  const { results } = await importFolder(deps, openSource(files), options);
  const exportFiles = async (): Promise<Files> => {
    const written = new Map<string, string>();
    const target = {
      address: '/out',
      isEmpty: async () => true,
      write: async (path: string, bytes: Uint8Array) =>
        void written.set(path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)),
    };
    await exportCatalogue(deps, target);
    return written;
  };
  return { ...deps, results, exportFiles };
}

const byPath = (files: Files): readonly (readonly [string, string])[] =>
  [...files].sort(([a], [b]) => (a < b ? -1 : 1));
const parse = (text = ''): Fields => JSON.parse(text.replace(/^\uFEFF/, '')) as Fields;
const RUNS = { numRuns: 40 };

describe('an exported catalogue', () => {
  it('has the bytes of the import while nothing changes, whatever its fields, ids, order, line ends and mark', async () => {
    await fc.assert(
      fc.asyncProperty(folder, async (files) => {
        const { exportFiles } = await openStore(files);
        expect(byPath(await exportFiles())).toEqual(byPath(files));
      }),
      RUNS,
    );
  });

  it('differs after a training in the manifest of its actor alone, which keeps every field in its place', async () => {
    await fc.assert(
      fc.asyncProperty(folder, async (files) => {
        const { manifests, exportFiles } = await openStore(files);
        const path = [...files.keys()].find((key) => /\/0*7_manifest/.test(key))!;
        const opened = await manifests.openVersion({ kind: 'actor', id: '0007' }, NEW_VERSION);
        const exported = await exportFiles();
        expect(byPath(exported).filter(([key]) => key !== path)).toEqual(
          byPath(files).filter(([key]) => key !== path),
        );
        const [before, after] = [parse(files.get(path)), parse(exported.get(path))];
        const { versions: olds, ...rest } = before as Fields & { readonly versions: readonly Fields[] };
        expect(after).toMatchObject(rest);
        expect(Object.keys(after).slice(0, Object.keys(before).length)).toEqual(Object.keys(before));
        expect(JSON.stringify(after['versions'])).toContain(JSON.stringify(olds).slice(1, -1));
        expect(after['versions']).toMatchObject([...olds, { name: opened.name, training_id: 't1' }]);
      }),
      RUNS,
    );
  });

  it('gives the same export again when it is imported into an empty store', async () => {
    await fc.assert(
      fc.asyncProperty(folder, async (files) => {
        const first = await openStore(files);
        await first.manifests.openVersion({ kind: 'actor', id: '0019' }, NEW_VERSION);
        await first.catalogue.setActorFlags('0019', { trainingDataGood: false });
        const exported = await first.exportFiles();
        const second = await openStore(exported);
        expect(byPath(await second.exportFiles())).toEqual(byPath(exported));
      }),
      RUNS,
    );
  });
});

describe('an export', () => {
  it('names a stored document that cannot be read and writes every other one, also those that were not imported', async () => {
    const files = new Map([
      ['actors.json', '[{"id": 19}]'],
      ['actor_manifests/19_manifest.json', '{"versions": []}'],
    ]);
    const { objects, manifests, legacyDocuments } = await openStore(files);
    await objects.put('data/actor_manifests/19_manifest.json', '{"versions": [');
    await manifests.openVersion({ kind: 'actor', id: '0007' }, NEW_VERSION);
    const written: string[] = [];
    const write = async (path: string) => void written.push(path);
    const target = { address: '/out', isEmpty: async () => true, write };
    expect(await exportCatalogue({ legacyDocuments }, target)).toEqual([
      {
        path: 'actor_manifests/19_manifest.json',
        outcome: 'refused',
        detail: expect.stringContaining('the stored document is not JSON'),
      },
      { path: 'actors.json', outcome: 'unchanged' },
      { path: 'actor_manifests/0007_manifest.json', outcome: 'new' },
    ]);
    expect(written).toEqual(['actors.json', 'actor_manifests/0007_manifest.json']);
  });
});

const NEW_VERSION = {
  training_id: 't1',
  timestamp: '2026-01-01T00:00:00Z',
  parameters: {},
  status: 'pending',
  imageCount: 3,
} as const;
