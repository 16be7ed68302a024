import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ObjectStore } from '../ports/storage/object-store.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { createDryRunStore } from './dry-run-store.ts';

const key = fc.constantFrom('a.json', 'b.json', 'c/d.json');
const call = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    key,
    body: fc.string({ maxLength: 3 }),
    ifAbsent: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('delete' as const), key }),
);
type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

async function run(store: ObjectStore, each: Call): Promise<string> {
  if (each.kind === 'delete') return store.delete(each.key).then(() => 'deleted');
  const options = each.ifAbsent ? { condition: { ifAbsent: true } as const } : {};
  return store.put(each.key, each.body, options).then(
    ({ etag }) => etag,
    (error: Error) => error.message,
  );
}

async function readAll(store: ObjectStore) {
  const objects: string[] = [];
  for await (const { key: found, etag, sizeBytes } of store.list('')) {
    const body = new TextDecoder().decode((await store.get(found))?.body);
    const head = await store.headUri(store.toUri(found));
    objects.push([found, etag, sizeBytes, body, head?.etag].join(' '));
  }
  return objects;
}

it('a dry run reads what it wrote as a real store does, and leaves its base unchanged', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { maxLength: 4 }),
      fc.array(call, { maxLength: 8 }),
      async (before, calls) => {
        const [base, real] = [createMemoryObjectStore(), createMemoryObjectStore()];
        for (const each of before) await Promise.all([run(base, each), run(real, each)]);
        const untouched = await readAll(base);
        const dry = createDryRunStore(base);
        for (const each of calls) expect(await run(dry, each)).toBe(await run(real, each));
        expect(await readAll(dry)).toEqual(await readAll(real));
        expect(await readAll(base)).toEqual(untouched);
      },
    ),
  );
});
