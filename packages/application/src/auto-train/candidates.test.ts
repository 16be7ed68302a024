import { describe, expect, it } from 'vitest';
import { lookAtDataset } from '../dispatch/dataset.ts';
import { createMemoryObjectStore } from '../memory/object-store.ts';
import { type Actor, CorruptDocumentError } from '../ports/catalogue.ts';
import type { VersionEntry } from '../ports/manifests.ts';
import { StoreUnavailableError } from '../ports/training-store.ts';
import { type CandidateDeps, candidates } from './candidates.ts';

const objects = createMemoryObjectStore();
await objects.put('images/a.png', 'p'.repeat(4_000));
await objects.put('images/a.txt', 'a portrait');
const uri = objects.uriOf('images/a.png');
const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];

const anActor = (id: string, s3Urls: readonly string[]): Actor => ({
  id,
  name: id,
  trainingData: { s3Urls, count: s3Urls.length, synced: true },
  trainingDataGood: true,
  customModelsGood: false,
});

/** A version of the data that a training of this one image saw. */
const completed = async (): Promise<VersionEntry> => {
  const { digest } = await lookAtDataset(objects, { kind: 'actor', trigger: 'x', imageUris: [uri] });
  return { status: 'completed', good: false, data_digest: digest } as VersionEntry;
};

const depsWith = (
  actors: readonly Actor[],
  versions: (actorId: string) => Promise<readonly VersionEntry[]>,
): CandidateDeps => ({
  objects,
  catalogue: { actors: async () => actors } as CandidateDeps['catalogue'],
  manifests: { versions: ({ id }) => versions(id) } as CandidateDeps['manifests'],
  store: { unfinishedOf: async () => [] } as unknown as CandidateDeps['store'],
  settings: { customS3Endpoints: [] } as unknown as CandidateDeps['settings'],
});

describe('candidates', () => {
  it.each([
    ['as the training saw them', [uri]],
    ['with their captions listed among them', [uri, uri.replace('.png', '.txt')]],
    ['named twice', [uri, uri]],
    ['by https', [`https://${bucket}.s3.amazonaws.com/${key}`]],
    ['by a presigned address', [`https://s3.amazonaws.com/${bucket}/${key}?X-Amz-Signature=abc`]],
  ])('know data that were trained before, written %s', async (_, urls) => {
    const deps = depsWith([anActor('x1', urls)], async () => [await completed()]);
    expect(await candidates(deps)).toMatchObject([{ eligible: false, reasons: ['awaiting_review'] }]);
  });

  it('leave out the one whose history or addresses cannot be read, with the reason, and nobody else', async () => {
    const actors = [anActor('torn', [uri]), anActor('odd', ['ftp://x/a.png']), anActor('fine', [uri])];
    const deps = depsWith(actors, async (id) => {
      if (id === 'torn') throw new CorruptDocumentError('data/actor_manifests/torn_manifest.json', 'no JSON');
      return id === 'odd' ? [await completed()] : [];
    });
    expect(await candidates(deps)).toMatchObject([
      { eligible: false, reasons: ['data/actor_manifests/torn_manifest.json: no JSON'] },
      { eligible: false, reasons: [expect.stringContaining('ftp://x/a.png')] },
      { eligible: true, reasons: [] },
    ]);
  });

  it('say nothing at all while the record is away', async () => {
    const away = { unfinishedOf: () => Promise.reject(new StoreUnavailableError('reset')) };
    const deps = { ...depsWith([anActor('x1', [uri])], async () => []), store: away };
    await expect(candidates(deps as unknown as CandidateDeps)).rejects.toBeInstanceOf(StoreUnavailableError);
  });
});
