import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '@trainyard/application';
import { type Connection, watch } from '@trainyard/client';
import { type TrainingDetail, trainingEventsSchema, trainingViewSchema } from '@trainyard/contracts';
import { drawLandscape } from '../sample/landscape.ts';
import { drawPng } from '../sample/paint.ts';
import type { Finding } from './finding.ts';
import { evaluateTestTraining, type TestTraining } from './container-findings.ts';

/** A style of its own, so that no subject's history gets an entry. */
const STYLE_ID = 'trainyard-doctor';
const TRIGGER = 'trainyard_doctor';
/** The least that shows loop, save and upload at work. */
const STEPS = 10;

/**
 * Trains ten steps by the same road as any training, in a slot of its own, and judges what received (SPEC §4). It costs
 * what such a run costs. Throws what asking the server, or the store, throws.
 */
export async function checkContainer(options: ContainerCheckOptions): Promise<readonly Finding[]> {
  const { server, store, onChange, everyMs: pollIntervalMs } = options;
  const images = await writeTestImages(store, TRIGGER);
  try {
    const { id } = await createTestTraining(server, images.uris);
    let last: TrainingDetail | undefined;
    let reportedProgress = false;
    for await (const training of watch(server, id, pollIntervalMs === undefined ? {} : { pollIntervalMs })) {
      last = training;
      reportedProgress ||= training.progress !== null;
      onChange(training);
    }
    if (!last) throw new Error(`the trial ${id} was never seen`);
    return evaluateTestTraining({
      ...last,
      reportedProgress,
      webhook: await getWebhookOutcome(server, id, options.hasWebhookUrl),
    });
  } finally {
    await images.remove();
  }
}

function createTestTraining(server: Connection, images: readonly string[]) {
  return server.request('/api/trainings', trainingViewSchema, {
    method: 'POST',
    body: {
      kind: 'style',
      subject_id: STYLE_ID,
      images,
      trigger: TRIGGER,
      description: 'a trial of the container',
      hyperparameters: { max_train_steps: STEPS },
      force: true,
    },
  });
}

/** Whether there is an address to call is told by the tunnel and the settings; whether it was called, by the events. */
async function getWebhookOutcome(
  server: Connection,
  id: string,
  hasWebhookUrl: boolean,
): Promise<TestTraining['webhook']> {
  const { events } = await server.request(`/api/trainings/${id}/events`, trainingEventsSchema);
  if (events.some(({ cause }) => cause === 'webhook')) return 'received';
  return hasWebhookUrl ? 'not_received' : 'not_requested';
}

/** What a trial needs. */
export interface ContainerCheckOptions {
  readonly server: Connection;
  /** The store that the server and the container use too. */
  readonly store: ObjectStore;
  /** Whether RunPod is given an address to call. */
  readonly hasWebhookUrl: boolean;
  /** Hears of each change. */
  readonly onChange: (training: TrainingDetail) => void;
  /** How often is asked; as `watch` does unless said. */
  readonly everyMs?: number;
}

/** Enough that no report warns of too few. */
const IMAGE_COUNT = 5;
/** What Flux is trained at least on. */
const SIZE_PX = 512;

/** Images that are there for one trial. */
export interface TestImages {
  readonly uris: readonly string[];
  remove(): Promise<void>;
}

/** Draws images with captions into a folder of their own. Throws ObjectStoreError. */
export async function writeTestImages(store: ObjectStore, trigger: string): Promise<TestImages> {
  const folder = `trainyard-doctor/${randomUUID()}`;
  const keys = Array.from({ length: IMAGE_COUNT }, (_, n) => `${folder}/${n}.png`);
  const toCaptionKey = (key: string): string => key.replace(/\.png$/, '.txt');
  for (const [n, key] of keys.entries()) {
    await store.put(key, drawPng(SIZE_PX, drawLandscape('misty', n)), { contentType: 'image/png' });
    await store.put(toCaptionKey(key), `a landscape, ${trigger}`, { contentType: 'text/plain' });
  }
  return {
    uris: keys.map((key) => store.toUri(key)),
    remove: async () => {
      for (const key of keys.flatMap((each) => [each, toCaptionKey(each)])) await store.delete(key);
    },
  };
}
