import { describe, expect, it } from 'vitest';
import { checkDataset } from '../dataset/check-dataset.ts';
import { inspectDataset } from '../dataset/inspect.ts';
import { CorruptDocumentError, StoreUnavailableError } from '../errors.ts';
import type { Actor } from '../ports/storage/catalogue.ts';
import type { VersionEntry } from '../ports/storage/manifests.ts';
import { createMemoryDatasetReports } from '../testing/memory/dataset-reports.ts';
import { createMemoryObjectStore } from '../testing/memory/object-store.ts';
import { listCandidates } from './candidates.ts';
import { type RefreshDeps, refreshDatasetReports } from './refresh-reports.ts';

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

/** A completed version with the data digest of this image. */
async function completed(): Promise<VersionEntry> {
  const { digest } = await inspectDataset(objects, { kind: 'actor', trigger: 'x', imageUris: [uri] });
  return { status: 'completed', good: false, data_digest: digest } as VersionEntry;
}

const NOW = Date.UTC(2026, 0, 1);

async function listHistories(
  ids: readonly string[],
  versions: (actorId: string) => Promise<readonly VersionEntry[]>,
) {
  const entries = ids.map(
    async (id) => [id, await versions(id).catch((error: CorruptDocumentError) => error)] as const,
  );
  return new Map(await Promise.all(entries));
}

function createDeps(
  actors: readonly Actor[],
  versions: (actorId: string) => Promise<readonly VersionEntry[]>,
): RefreshDeps {
  const reports = new Map();
  return {
    objects,
    datasetReports: createMemoryDatasetReports(() => reports),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    catalogue: { listActors: async () => actors } as RefreshDeps['catalogue'],
    manifests: {
      listVersionsByActor: (ids: readonly string[]) => listHistories(ids, versions),
    } as unknown as RefreshDeps['manifests'],
    store: { findBusyActors: async () => new Set() } as unknown as RefreshDeps['store'],
    clock: { now: () => NOW } as RefreshDeps['clock'],
    settings: { customS3Endpoints: [], datasetReportMs: 600_000 } as unknown as RefreshDeps['settings'],
  };
}

describe('listCandidates', () => {
  it.each([
    ['as s3:// addresses', [uri]],
    ['together with their captions', [uri, uri.replace('.png', '.txt')]],
    ['twice', [uri, uri]],
    ['as https:// addresses', [`https://${bucket}.s3.amazonaws.com/${key}`]],
    ['as presigned addresses', [`https://s3.amazonaws.com/${bucket}/${key}?X-Amz-Signature=abc`]],
  ])('skips an actor whose data were trained before, listed %s', async (_, urls) => {
    const deps = createDeps([createActor('x1', urls)], async () => [await completed()]);
    const skipped = [{ eligible: false, reasons: [{ code: 'awaiting_review' }] }];
    expect(await listCandidates(deps)).toMatchObject(skipped);
    expect(await refreshDatasetReports(deps)).toBe(1);
    expect(await listCandidates(deps)).toMatchObject(skipped);
  });

  it('skips only the actors whose manifest or image addresses are unreadable, with the reason', async () => {
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
        reasons: [
          { code: 'awaiting_review' },
          { code: 'dataset_errors', message: expect.stringContaining('ftp://x/a.png') },
        ],
      },
      { eligible: true, reasons: [] },
    ]);
  });

  it('reads no image', async () => {
    const unread = { ...objects, headUri: () => Promise.reject(new Error('an image was read')) };
    const reviewed = { ...createActor('x1', [uri]), customModelsGood: true };
    const deps = { ...createDeps([reviewed, createActor('x2', [uri])], async () => []), objects: unread };
    const history = { ...deps, manifests: createDeps([], async () => [await completed()]).manifests };
    expect(
      await listCandidates({ ...history, catalogue: createDeps([reviewed], async () => []).catalogue }),
    ).toMatchObject([{ reasons: [{ code: 'has_good_model' }, { code: 'awaiting_review' }] }]);
    expect(await listCandidates(deps)).toMatchObject([{ eligible: false }, { eligible: true }]);
  });

  it('skips an actor whose manifest shows a possibly live run that the state store lacks', async () => {
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

  it('includes an actor whose last model was marked as not good', async () => {
    const deps = createDeps([createActor('x1', [uri])], async () => [
      { ...(await completed()), judged: true },
    ]);
    expect(await listCandidates(deps)).toMatchObject([{ eligible: true }]);
  });

  it('includes an actor whose images changed since its trained version, once they are checked', async () => {
    const old = { status: 'completed', good: false, data_digest: 'older data' } as VersionEntry;
    const deps = createDeps([createActor('x1', [uri])], async () => [old]);
    expect(await listCandidates(deps)).toMatchObject([{ reasons: [{ code: 'awaiting_review' }] }]);
    await refreshDatasetReports(deps);
    expect(await listCandidates(deps)).toMatchObject([{ eligible: true }]);
  });

  it('skips an actor with a known data error for as long as its report is current', async () => {
    let nowMs = NOW;
    await objects.put('images/empty.png', 'q'.repeat(4_000));
    await objects.put('images/empty.txt', '');
    const actor = createActor('x1', [uri, objects.toUri('images/empty.png')]);
    const deps = {
      ...createDeps([actor], async () => []),
      clock: { now: () => nowMs } as RefreshDeps['clock'],
    };
    expect(await listCandidates(deps)).toMatchObject([{ eligible: true, report: undefined, findings: [] }]);
    await refreshDatasetReports(deps);
    const skipped = { code: 'dataset_errors', message: expect.stringContaining('empty.txt') };
    expect(await listCandidates(deps)).toMatchObject([{ eligible: false, reasons: [skipped] }]);
    nowMs += 600_001;
    expect(await listCandidates(deps)).toMatchObject([{ eligible: true, report: undefined }]);
    await objects.put('images/empty.txt', 'a portrait');
    await refreshDatasetReports(deps);
    expect(await listCandidates(deps)).toMatchObject([
      { eligible: true, report: { imageCount: 2 }, findings: [{ code: 'few_images' }] },
    ]);
  });

  it('counts no report of a different list of images', async () => {
    const deps = createDeps([createActor('x1', [uri])], async () => []);
    const subject = { kind: 'actor', id: 'x1' } as const;
    const imageUris = [objects.toUri('images/gone.png')];
    await checkDataset(deps, { subject, kind: 'actor', trigger: 'x1', imageUris });
    expect(await listCandidates(deps)).toMatchObject([{ eligible: true, report: undefined }]);
  });

  it('refreshes missing and aging reports only', async () => {
    let nowMs = NOW;
    const clock = { now: () => nowMs } as RefreshDeps['clock'];
    const actors = [createActor('x1', [uri]), { ...createActor('x2', [uri]), customModelsGood: true }];
    const deps = { ...createDeps(actors, async () => []), clock };
    expect(await refreshDatasetReports(deps)).toBe(1);
    expect(await refreshDatasetReports(deps)).toBe(0);
    nowMs += 460_000;
    expect(await refreshDatasetReports(deps)).toBe(1);
  });

  it('throws StoreUnavailableError while Redis is unavailable', async () => {
    const unavailable = { findBusyActors: () => Promise.reject(new StoreUnavailableError('reset')) };
    const deps = { ...createDeps([createActor('x1', [uri])], async () => []), store: unavailable };
    await expect(listCandidates(deps as unknown as RefreshDeps)).rejects.toBeInstanceOf(
      StoreUnavailableError,
    );
  });
});
