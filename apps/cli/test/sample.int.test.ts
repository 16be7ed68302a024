import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '@trainyard/application';
import { type Dataset, type DatasetImage, reportDataset, toCaptionAddress } from '@trainyard/domain';
import { createCatalogue, createManifests, type OpenObjectStore, openObjectStore } from '@trainyard/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SampleSummary, writeSampleCatalogue } from '../src/sample/write-sample-catalogue.ts';

let folder: string;
let store: OpenObjectStore;
let summary: SampleSummary;
let actors: readonly Actor[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-sample-'));
  store = await openObjectStore(`file:${folder}`);
  summary = await writeSampleCatalogue(store);
  actors = await createCatalogue(store).listActors();
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** Reasons why auto-train would skip this actor. */
function findSkipReasons(actor: Actor) {
  return [
    ...(actor.trainingDataGood ? [] : ['not reviewed']),
    ...(actor.customModelsGood ? ['good model'] : []),
    ...(actor.trainingData.synced ? [] : ['not synced']),
    ...(actor.trainingData.count > 0 ? [] : ['no images']),
  ];
}

async function loadImages(uris: readonly string[]): Promise<readonly DatasetImage[]> {
  return Promise.all(
    uris.map(async (uri) => {
      const captionUri = toCaptionAddress(uri);
      const file = await store.getUri(captionUri);
      const caption = file && { uri: captionUri, text: new TextDecoder().decode(file.body) };
      return { uri, sizeBytes: (await store.headUri(uri))?.sizeBytes, ...(caption && { caption }) };
    }),
  );
}

async function buildReport(dataset: Omit<Dataset, 'images'>, uris: readonly string[]) {
  return reportDataset({ ...dataset, images: await loadImages(uris) });
}

describe('the sample catalogue', () => {
  it('has eligible actors for every preset and an ineligible actor for each reason', () => {
    expect(summary).toEqual({ actors: 11, eligible: 7, styles: 2, images: 264 });
    const eligible = actors.filter((actor) => findSkipReasons(actor).length === 0);
    expect(eligible.map(({ trainingData }) => trainingData.count)).toEqual([12, 40, 23, 64, 15, 20, 31]);
    const ineligible = actors.map(findSkipReasons).filter((reasons) => reasons.length > 0);
    expect(ineligible).toEqual([['good model'], ['not reviewed'], ['not synced'], ['no images']]);
  });

  it('names actors and images in the legacy format', () => {
    const actor = actors.find(({ id }) => id === '0019');
    expect(actor).toMatchObject({
      name: '0019 european 20 female',
      age: 20,
      sex: 'female',
      ethnicity: 'european',
    });
    expect(actor?.trainingData.s3Urls[0]).toBe(
      's3://local/actors/0019_european_20_female/training_data/image_1.png',
    );
  });

  it('has a dataset without errors for every eligible actor', async () => {
    for (const { name, trainingData } of actors.filter((actor) => findSkipReasons(actor).length === 0)) {
      const report = await buildReport({ kind: 'actor', trigger: name }, trainingData.s3Urls);
      expect(report).toMatchObject({ imageCount: trainingData.count, captionCount: trainingData.count });
      expect(report.findings.filter(({ severity }) => severity !== 'advice')).toEqual([]);
      expect(report.classTokens).toBe(name);
    }
  });

  it('has selection sets with captions that contain the trigger for every style', async () => {
    const catalogue = createCatalogue(store);
    for (const { id, trigger = '' } of await catalogue.listStyles()) {
      const sets = await catalogue.listSelectionSets(id);
      expect(sets.length).toBeGreaterThan(0);
      for (const { images } of sets) {
        const report = await buildReport({ kind: 'style', trigger }, images);
        expect(report).toMatchObject({ findings: [], classTokens: '' });
      }
    }
  });

  it('has the good model of an actor in its manifest', async () => {
    const manifests = createManifests(store, createCatalogue(store));
    const [version] = await manifests.listVersions({ kind: 'actor', id: '0001' });
    expect(version).toMatchObject({ name: 'V1', status: 'completed', good: true });
    expect(await store.headUri(version?.loraUrl ?? '')).toBeDefined();
  });

  it('contains valid PNG images that all differ', async () => {
    const etags = new Set<string>();
    const uris = actors.flatMap(({ trainingData }) => trainingData.s3Urls);
    for (const uri of uris) etags.add((await store.headUri(uri))?.etag ?? '');
    expect(etags.size).toBe(uris.length);
    const body = Buffer.from((await store.getUri(uris[0] ?? ''))?.body ?? []);
    expect(body.subarray(1, 4).toString()).toBe('PNG');
    expect([body.readUInt32BE(16), body.readUInt32BE(20)]).toEqual([512, 512]);
    const poster = Buffer.from((await store.getUri(actors[0]?.poster ?? ''))?.body ?? []);
    expect([poster.readUInt32BE(16), poster.readUInt32BE(20)]).toEqual([384, 512]);
  });
});
