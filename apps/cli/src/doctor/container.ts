import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '@trainyard/application';
import { type Connection, watch } from '@trainyard/client';
import { type TrainingDetail, trainingEventsSchema, trainingViewSchema } from '@trainyard/contracts';
import { drawLandscape, drawPng } from '@trainyard/runpod-simulator/painting';
import { evaluateTestTraining, type TestTraining } from './container-findings.ts';
import type { Finding } from './finding.ts';

/** A separate style, so that the history of no subject changes. */
const STYLE_ID = 'trainyard-doctor';
const TRIGGER = 'trainyard_doctor';
/** Enough steps to show loop, save and upload. */
const STEPS = 10;

/**
 * Runs a normal training of 10 steps through the server and evaluates its result (docs/container.md). The run is billed.
 * Throws the errors of the server connection and ObjectStoreError.
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
    if (!last) throw new Error(`the test training ${id} was not found`);
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
      description: 'test of the container',
      hyperparameters: { max_train_steps: STEPS },
      force: true,
    },
  });
}

/** The settings show whether a webhook was requested, the events whether it was received. */
async function getWebhookOutcome(
  server: Connection,
  id: string,
  hasWebhookUrl: boolean,
): Promise<TestTraining['webhook']> {
  const { events } = await server.request(`/api/trainings/${id}/events`, trainingEventsSchema);
  if (events.some(({ cause }) => cause === 'webhook')) return 'received';
  return hasWebhookUrl ? 'not_received' : 'not_requested';
}

/** Options of {@link checkContainer}. */
export interface ContainerCheckOptions {
  readonly server: Connection;
  /** The object store of server and container. */
  readonly store: ObjectStore;
  /** Whether RunPod gets a webhook address. */
  readonly hasWebhookUrl: boolean;
  /** Receives each change. */
  readonly onChange: (training: TrainingDetail) => void;
  /** Poll interval in ms; the default of `watch` if absent. */
  readonly everyMs?: number;
}

/** The smallest dataset without a warning. */
const IMAGE_COUNT = 5;
/** Smallest edge of a training image for Flux. */
const SIZE = { width: 512, height: 512 };

/** Images of a test training. */
interface TestImages {
  readonly uris: readonly string[];
  remove(): Promise<void>;
}

/** Writes images with captions into a new folder. Throws ObjectStoreError. */
async function writeTestImages(store: ObjectStore, trigger: string): Promise<TestImages> {
  const folder = `trainyard-doctor/${randomUUID()}`;
  const keys = Array.from({ length: IMAGE_COUNT }, (_, n) => `${folder}/${n}.png`);
  const toCaptionKey = (key: string): string => key.replace(/\.png$/, '.txt');
  for (const [n, key] of keys.entries()) {
    await store.put(key, drawPng(SIZE, drawLandscape('misty', n)), { contentType: 'image/png' });
    await store.put(toCaptionKey(key), `a landscape, ${trigger}`, { contentType: 'text/plain' });
  }
  return {
    uris: keys.map((key) => store.toUri(key)),
    remove: async () => {
      for (const key of keys.flatMap((each) => [each, toCaptionKey(each)])) await store.delete(key);
    },
  };
}
