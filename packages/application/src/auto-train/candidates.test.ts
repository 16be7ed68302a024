import { describe, expect, it } from 'vitest';
import { inspectDataset } from '../dataset/inspect.ts';
import { CorruptDocumentError, StoreUnavailableError } from '../errors.ts';
import type { Actor } from '../ports/storage/catalogue.ts';
import type { VersionEntry } from '../ports/storage/manifests.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { type CandidateDeps, listCandidates } from './candidates.ts';

const objects = createMemoryObjectStore();
await objects.put('images/a.png', 'p'.repeat(4_000));
await objects.put('images/a.txt', 'a portrait');
const uri = objects.toUri('images/a.png');
const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];

function createActor(id: string, s3Urls: readonly string[]): Actor {
  return {
    id,
    name: id,
    trainingData: { s3Urls, count: s3Urls.length, synced: true },
    trainingDataGood: true,
    customModelsGood: false,
  };
}

/** A version of the data that a training of this one image saw. */
async function completed(): Promise<VersionEntry> {
  const { digest } = await inspectDataset(objects, { kind: 'actor', trigger: 'x', imageUris: [uri] });
  return { status: 'completed', good: false, data_digest: digest } as VersionEntry;
}

const NOW = Date.UTC(2026, 0, 1);

async function listHistories(
  ids: readonly string[],
  versions: (actorId: string) => Promise<readonly VersionEntry[]>,
) {
  const told = ids.map(
    async (id) => [id, await versions(id).catch((error: CorruptDocumentError) => error)] as const,
  );
  return new Map(await Promise.all(told));
}

function createDeps(
  actors: readonly Actor[],
  versions: (actorId: string) => Promise<readonly VersionEntry[]>,
): CandidateDeps {
  return {
    objects,
    catalogue: { listActors: async () => actors } as CandidateDeps['catalogue'],
    manifests: {
      listVersionsByActor: (ids: readonly string[]) => listHistories(ids, versions),
    } as unknown as CandidateDeps['manifests'],
    store: { findBusyActors: async () => new Set() } as unknown as CandidateDeps['store'],
    clock: { now: () => NOW } as CandidateDeps['clock'],
    settings: { customS3Endpoints: [] } as unknown as CandidateDeps['settings'],
  };
}

describe('candidates', () => {
  it.each([
    ['as the training saw them', [uri]],
    ['with their captions listed among them', [uri, uri.replace('.png', '.txt')]],
    ['named twice', [uri, uri]],
    ['by https', [`https://${bucket}.s3.amazonaws.com/${key}`]],
    ['by a presigned address', [`https://s3.amazonaws.com/${bucket}/${key}?X-Amz-Signature=abc`]],
  ])('know data that were trained before, written %s', async (_, urls) => {
    const deps = createDeps([createActor('x1', urls)], async () => [await completed()]);
    expect(await listCandidates(deps)).toMatchObject([
      { eligible: false, reasons: [{ code: 'awaiting_review' }] },
    ]);
  });

  it('leave out the one whose history or addresses cannot be read, with the reason, and nobody else', async () => {
    const actors = [
      createActor('torn', [uri]),
      createActor('odd', ['ftp://x/a.png']),
      createActor('fine', [uri]),
    ];
    const deps = createDeps(actors, async (id) => {
      if (id === 'torn') throw new CorruptDocumentError('data/actor_manifests/torn_manifest.json', 'no JSON');
      return id === 'odd' ? [await completed()] : [];
    });
    expect(await listCandidates(deps)).toMatchObject([
      {
        eligible: false,
        reasons: [
          { code: 'history_unreadable', message: 'data/actor_manifests/torn_manifest.json: no JSON' },
        ],
      },
      {
        eligible: false,
        reasons: [{ code: 'data_unreadable', message: expect.stringContaining('ftp://x/a.png') }],
      },
      { eligible: true, reasons: [] },
    ]);
  });

  it('look at no image where the verdict hinges on something else, or is clear without', async () => {
    const unread = { ...objects, headUri: () => Promise.reject(new Error('was looked at')) };
    const reviewed = { ...createActor('x1', [uri]), customModelsGood: true };
    const deps = { ...createDeps([reviewed, createActor('x2', [uri])], async () => []), objects: unread };
    const history = { ...deps, manifests: createDeps([], async () => [await completed()]).manifests };
    expect(
      await listCandidates({ ...history, catalogue: createDeps([reviewed], async () => []).catalogue }),
    ).toMatchObject([{ reasons: [{ code: 'has_good_model' }, { code: 'awaiting_review' }] }]);
    expect(await listCandidates(deps)).toMatchObject([{ eligible: false }, { eligible: true }]);
  });

  it('leave out an actor whose manifest tells of a run that may live, though the record knows of none', async () => {
    const live = {
      status: 'training',
      good: false,
      attempt_deadline: new Date(NOW + 1).toISOString(),
    } as VersionEntry;
    const dead = { ...live, attempt_deadline: new Date(NOW).toISOString() };
    const deps = createDeps([createActor('x1', [uri]), createActor('x2', [uri])], async (id) => [
      id === 'x1' ? live : dead,
    ]);
    expect(await listCandidates(deps)).toMatchObject([
      { reasons: [{ code: 'live_training' }] },
      { eligible: true },
    ]);
  });

  it('take one whose model was judged to be bad, as if its data were never trained', async () => {
    const deps = createDeps([createActor('x1', [uri])], async () => [
      { ...(await completed()), judged: true },
    ]);
    expect(await listCandidates(deps)).toMatchObject([{ eligible: true }]);
  });

  it('say nothing at all while the record is away', async () => {
    const away = { findBusyActors: () => Promise.reject(new StoreUnavailableError('reset')) };
    const deps = { ...createDeps([createActor('x1', [uri])], async () => []), store: away };
    await expect(listCandidates(deps as unknown as CandidateDeps)).rejects.toBeInstanceOf(
      StoreUnavailableError,
    );
  });
});
