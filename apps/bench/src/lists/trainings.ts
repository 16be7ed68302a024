import type { TrainingStore } from '@trainyard/application';
import {
  acceptTraining,
  DEFAULT_HYPERPARAMETER_SETTINGS,
  resolveHyperparameters,
  type Training,
  type TrainingRequest,
} from '@trainyard/domain';
import pLimit from 'p-limit';

const CONCURRENCY = 64;
const IMAGES = 23;

/** Sorts by time, as ids do. */
const toTrainingId = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

const { hyperparameters } = resolveHyperparameters({
  kind: 'actor',
  imageCount: IMAGES,
  settings: DEFAULT_HYPERPARAMETER_SETTINGS,
});

const createRequest = (n: number): TrainingRequest => ({
  subject: { kind: n % 2 === 0 ? 'actor' : 'style', id: `s${n % 50}` },
  imageUris: Array.from({ length: IMAGES }, (_, i) => `s3://local/actors/${n % 50}/image_${i}.png`),
  trigger: 'someone',
  samplePrompts: ['someone'],
  validation: false,
  hyperparameters,
  policy: 'flux-presets',
  template: { name: 'lora_training_workflow_headless', hash: 'h' },
  userId: n % 4 < 2 ? 'ana' : 'ben',
  tenantId: n % 3 === 0 ? 'here' : 'there',
  jobId: `custom-actors_${n}`,
  ...(n % 5 === 0 && { batchId: `b${n % 2}` }),
  maxAttempts: 2,
  source: 'person',
});

/** Six in ten completed, a fifth failed (Ben’s never), the rest cancelled; one in ten bears a mark. */
const createTraining = (n: number): Training => {
  const request = createRequest(n);
  const base = acceptTraining(toTrainingId(n), request, { at: n, priority: 10 });
  const ended = { ...base, endedAt: n, recorded: true } as const;
  const attention = n % 10 === 3 ? { needsAttention: { reason: 'a look', since: n } } : {};
  if (n % 10 < 6) return { ...ended, ...attention, status: 'completed', model: { loraUrl: 's3://local/m' } };
  if (n % 10 > 7 || request.userId === 'ben') return { ...ended, ...attention, status: 'cancelled' };
  const failure = { class: 'provider', code: 'x', message: 'x' } as const;
  return { ...ended, ...attention, status: 'failed', failure };
};

/** Puts so many trainings on record. */
export const restoreTrainings = async (store: Pick<TrainingStore, 'restore'>, count: number): Promise<void> => {
  const limit = pLimit(CONCURRENCY);
  await Promise.all(Array.from({ length: count }, (_, n) => limit(() => store.restore(createTraining(n)))));
};
