import type { ObjectStore } from '@trainyard/application';
import { type Connection, watch } from '@trainyard/client';
import { type TrainingDetail, trainingEventsSchema, trainingViewSchema } from '@trainyard/contracts';
import type { Finding } from '../finding.ts';
import { evaluateTestTraining, type TestTraining } from './evaluate.ts';
import { writeTestImages } from './images.ts';

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
