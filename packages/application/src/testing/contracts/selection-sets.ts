import { expect, it } from 'vitest';
import { SelectionSetNotFoundError, SubjectNotFoundError } from '../../errors.ts';
import type { Catalogue } from '../../ports/storage/catalogue.ts';
import { CatalogueEntryUnreadableError } from '../../ports/storage/entry-fault.ts';
import type { ObjectStore } from '../../ports/storage/object-store.ts';
import { getJson, putJson } from './port-handle.ts';

const styles = [
  { id: '16', name: 'Misty Oil!' },
  { id: '16_b', name: 'Other' },
];

/** The cases of the selection sets of styles (docs/catalogue.md). */
export function selectionSetsContract(store: () => ObjectStore, catalogue: () => Catalogue): void {
  it('reads the selection sets of a style from its folder', async () => {
    await putJson(store(), 'data/styles.json', styles);
    const sets = [
      { id: 1, name: 'Set 1', images: ['a b.jpg', 'some/key.jpg', 's3://other/c.jpg'], theirs: 1 },
    ];
    await putJson(store(), 'resources/style_images/16_b_wrong/selection_sets.json', { sets: [] });
    await putJson(store(), 'resources/style_images/16_misty/selection_sets.json', { sets });
    expect(await catalogue().listSelectionSets('16')).toEqual([
      {
        id: 1,
        name: 'Set 1',
        images: [store().toUri('styles/16/a b.jpg'), store().toUri('some/key.jpg'), 's3://other/c.jpg'],
      },
    ]);
    expect(await catalogue().listSelectionSets('16_b')).toEqual([]);
  });

  it('creates, renames and deletes sets, and keeps the unknown fields of the file', async () => {
    await putJson(store(), 'data/styles.json', styles);
    const key = 'resources/style_images/16_misty/selection_sets.json';
    await putJson(store(), key, { version: 2, sets: [{ id: 4, name: 'Set 4', images: [], theirs: true }] });
    const made = await catalogue().createSelectionSet('16', { name: 'Best', images: ['s3://local/a.jpg'] });
    expect(made).toEqual({ id: 5, name: 'Best', images: ['s3://local/a.jpg'] });
    expect(await catalogue().updateSelectionSet('16', 4, { name: 'Old' })).toMatchObject({
      id: 4,
      name: 'Old',
    });
    expect(await getJson(store(), key)).toEqual({
      version: 2,
      sets: [{ id: 4, name: 'Old', images: [], theirs: true }, made],
    });
    await catalogue().deleteSelectionSet('16', 4);
    expect(await catalogue().listSelectionSets('16')).toEqual([made]);
  });

  it('creates the folder of a style with its first set, also for concurrent creations', async () => {
    await putJson(store(), 'data/styles.json', styles);
    const made = await Promise.all(
      ['one', 'two', 'three'].map((name) => catalogue().createSelectionSet('16', { name, images: [] })),
    );
    expect(made.map(({ id }) => id).sort()).toEqual([1, 2, 3]);
    expect(await catalogue().listSelectionSets('16')).toHaveLength(3);
    expect(await store().head('resources/style_images/16_misty_oil/selection_sets.json')).toBeDefined();
  });

  it('keeps the fault of a single set to this set', async () => {
    await putJson(store(), 'data/styles.json', styles);
    const broken = [{ id: 1, name: 'one', images: 'a.png' }, 'text'];
    await putJson(store(), 'resources/style_images/16_misty_oil/selection_sets.json', [
      ...broken,
      { id: '2', name: 'two', images: ['a.png'] },
    ]);
    expect(await catalogue().listSelectionSets('16')).toMatchObject([{ id: 2, name: 'two' }]);
    expect(await catalogue().listSelectionSetFaults('16')).toMatchObject([
      { id: '1' },
      { fault: expect.stringMatching(/set 2 is not an object/) },
    ]);
    expect(await catalogue().createSelectionSet('16', { name: 'three', images: [] })).toMatchObject({
      id: 3,
    });
    await expect(catalogue().updateSelectionSet('16', 1, { name: 'x' })).rejects.toBeInstanceOf(
      CatalogueEntryUnreadableError,
    );
    await catalogue().deleteSelectionSet('16', 1);
    expect(await catalogue().listSelectionSetFaults('16')).toHaveLength(1);
  });

  it('rejects an unknown style and an unknown set', async () => {
    await putJson(store(), 'data/styles.json', styles);
    const create = catalogue().createSelectionSet('99', { name: 'x', images: [] });
    await expect(create).rejects.toBeInstanceOf(SubjectNotFoundError);
    await expect(catalogue().updateSelectionSet('16', 1, {})).rejects.toBeInstanceOf(
      SelectionSetNotFoundError,
    );
    await expect(catalogue().deleteSelectionSet('16', 1)).rejects.toBeInstanceOf(SelectionSetNotFoundError);
    await expect(catalogue().listSelectionSets('../16')).rejects.toMatchObject({ retryable: false });
  });
}
