import {
  coarseStatusSchema,
  trainingDetailSchema,
  trainingStatusResponseSchema,
  trainingStatusSchema,
} from '@trainyard/contracts';
import {
  acceptTraining,
  DEFAULT_ESTIMATE_BASIS,
  DEFAULT_HYPERPARAMETER_SETTINGS,
  type Failure,
  type Queued,
  type Run,
  resolveHyperparameters,
  TRAINING_STATUSES,
  type Training,
  type TrainingStatus,
} from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { toStartResponse, toStatusResponse } from './legacy.ts';
import { toTrainingDetail } from './training.ts';

const deps = {
  clock: { now: () => 60_000 },
  settings: { estimate: DEFAULT_ESTIMATE_BASIS },
} as unknown as Parameters<typeof toTrainingDetail>[0];

const { hyperparameters } = resolveHyperparameters({
  kind: 'actor',
  imageCount: 23,
  settings: DEFAULT_HYPERPARAMETER_SETTINGS,
});

const queued: Queued = acceptTraining(
  't1',
  {
    subject: { kind: 'actor', id: '0019' },
    imageUris: ['s3://bucket/a.png'],
    trigger: 'someone',
    samplePrompts: ['someone'],
    validation: false,
    hyperparameters,
    policy: 'flux-presets',
    template: { name: 'headless', hash: 'h' },
    userId: 'u',
    tenantId: 't',
    jobId: 'custom-actors_actor_0019_1',
    notifyUrl: 'https://h/?secret=1',
    maxAttempts: 2,
    source: 'person',
  },
  { at: 1_000, priority: 10 },
);

const run: Run = {
  number: 1,
  endpointId: 'ep',
  startedAt: 2_000,
  executionTimeoutMs: 1,
  ttlMs: 1,
  attemptDeadline: 9_000,
  versionName: 'V7',
  modelName: 'actor_0019_V7',
  outputKey: 'k',
  lockToken: 'lock-of-the-job',
  nonce: 'n',
  runId: 'run-1',
  acceptedAt: 2_500,
  startedRunningAt: 3_000,
  progress: { step: 840, totalSteps: 2000, loss: 0.1 },
  pace: {
    first: { step: 740, at: 10_000 },
    last: { step: 840, at: 60_000 },
    spans: 4,
    msPerStep: 500,
    deviation: 0.1,
  },
};
const failure: Failure = { class: 'timeout', code: 'execution_timeout', message: 'It took too long' };
const runCosts = [
  { attempt: 1, at: 4_000, basis: 'assumed', usd: 2 },
  { attempt: 2, at: 8_000, basis: 'execution_time', executionMs: 3_000_500, usd: 3.001 },
] as const;
const ended = { endedAt: 8_000, recorded: true, runCosts, attempt: run, executionMs: 3_000_500 };

function training(status: TrainingStatus): Training {
  if (status === 'queued') return queued;
  const more = {
    unconfirmed: { since: 3, reason: 'no answer', countsWithoutRun: [] },
    finalizing: { attempt: { ...run, output: {}, endedAt: 7_000 } },
    completed: { ...ended, model: { loraUrl: 's3://bucket/x.safetensors', verified: true, sizeBytes: 5 } },
    failed: { ...ended, failure },
    timed_out: { ...ended, failure },
    cancelled: ended,
  } as Readonly<Record<string, object>>;
  return { ...queued, attempt: run, attemptsStarted: 1, ...more[status], status } as unknown as Training;
}

describe('the training view', () => {
  it('has the states of the domain', () => {
    expect(trainingStatusSchema.options).toEqual(TRAINING_STATUSES);
  });

  it.each(TRAINING_STATUSES)('matches its schema for a training that is %s, without secrets', (status) => {
    const view = toTrainingDetail(deps, training(status));
    expect(trainingDetailSchema.parse(view)).toEqual(view);
    expect(coarseStatusSchema.options).toContain(view.coarse_status);
    expect(JSON.stringify(view)).not.toMatch(/lock-of-the-job|secret=1/);
  });

  it('contains progress, cost and model of a run', () => {
    expect(toTrainingDetail(deps, training('running'))).toMatchObject({
      runpod_job_id: 'run-1',
      version_name: null,
      model_name: 'actor_0019_V7',
      progress: {
        step: 840,
        total_steps: 2000,
        loss: 0.1,
        rate: 2,
        remaining: { seconds: 580, range_seconds: [522, 638] },
        reported_at: '1970-01-01T00:01:00.000Z',
      },
      attempt_deadline: '1970-01-01T00:00:09.000Z',
      ended_at: null,
    });
    expect(toTrainingDetail(deps, training('completed'))).toMatchObject({
      cost_usd: 3.001,
      cost_assumed_usd: 2,
      cost_unknown_runs: 1,
      execution_seconds: 3_000.5,
      attempt_deadline: null,
      model: { lora_url: 's3://bucket/x.safetensors', verified: true, size_bytes: 5, sha256: null },
    });
  });
});

describe('the remaining time and the price of a run', () => {
  const running = (changes: Partial<Run>, now = 60_000) =>
    toTrainingDetail(
      { ...deps, clock: { now: () => now } } as typeof deps,
      {
        ...training('running'),
        attempt: { ...run, ...changes },
      } as Training,
    );

  it('is withheld with its reason while the pace is not measured and while the container is silent', () => {
    expect(running({}).progress).toMatchObject({ remaining_withheld: null });
    const start = { step: 1, at: 59_000 };
    expect(running({ pace: { first: start, last: start, spans: 0 } as never }).progress).toMatchObject({
      remaining: null,
      remaining_withheld: 'not_stable',
    });
    expect(running({}, 60_000 + 3_600_000).progress).toMatchObject({
      remaining: null,
      remaining_withheld: 'silent',
    });
    expect(toTrainingDetail(deps, training('completed')).progress).toMatchObject({
      remaining: null,
      remaining_withheld: null,
    });
  });

  it('is the price of the active attempt alone', () => {
    const expected = { durationSeconds: 60, costUsd: 4, usdPerSecond: 0.001, pool: 'A100' };
    expect(running({ expected } as never).usd_per_second).toBe(0.001);
    expect(running({}).usd_per_second).toBeNull();
    expect(toTrainingDetail(deps, training('completed')).usd_per_second).toBeNull();
    expect(toTrainingDetail(deps, training('queued')).usd_per_second).toBeNull();
  });
});

describe('the coarse status', () => {
  it.each([
    ['queued', 'pending'],
    ['submitting', 'pending'],
    ['unconfirmed', 'pending'],
    ['submitted', 'pending'],
    ['running', 'training'],
    ['finalizing', 'training'],
    ['cancelling', 'training'],
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['timed_out', 'failed'],
    ['cancelled', 'cancelled'],
  ] as const)('of a training that is %s is %s', (status, word) => {
    expect(toTrainingDetail(deps, training(status)).coarse_status).toBe(word);
  });
});

describe('the answer to a legacy request', () => {
  const answer = (status: TrainingStatus, webhookUrl?: string) => {
    const settings = { ...deps.settings, webhookUrl: async () => webhookUrl };
    return toStartResponse({ ...deps, settings } as typeof deps, {
      training: training(status),
      changes: [],
      webhookDropped: false,
    });
  };

  it('names the way in which the end is found: a webhook, or polling without a public address', async () => {
    expect(await answer('queued', 'https://h/core?token=x')).toMatchObject({
      status: 'started',
      message: 'Training started, completion will be notified via webhook',
      webhook_url: 'https://h/core',
    });
    expect(await answer('queued')).toMatchObject({
      status: 'started',
      message: 'Training started, completion will be found by polling',
      webhook_url: null,
    });
  });

  it('has status failed and the error of a training that failed before the answer', async () => {
    const error = failure.message;
    expect(await answer('failed')).toMatchObject({ status: 'failed', error, message: error });
  });
});

describe('the legacy status', () => {
  it.each([
    ['queued', 'IN_QUEUE'],
    ['submitting', 'IN_QUEUE'],
    ['unconfirmed', 'IN_QUEUE'],
    ['submitted', 'IN_QUEUE'],
    ['running', 'IN_PROGRESS'],
    ['finalizing', 'IN_PROGRESS'],
    ['cancelling', 'IN_PROGRESS'],
    ['completed', 'COMPLETED'],
    ['failed', 'FAILED'],
    ['timed_out', 'TIMED_OUT'],
    ['cancelled', 'CANCELLED'],
  ] as const)('of a training that is %s is %s', (status, word) => {
    const answer = toStatusResponse(deps, training(status));
    expect(trainingStatusResponseSchema.parse(answer)).toEqual(answer);
    expect(answer.status).toBe(word);
    expect('error' in answer).toBe(['failed', 'timed_out', 'cancelled'].includes(status));
    expect('output' in answer).toBe(status === 'completed');
  });
});
