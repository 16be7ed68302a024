import type { Clock } from '@trainyard/application';
import type { Attempt } from '@trainyard/domain';
import {
  acceptTraining,
  type Queued,
  type Training,
  type TrainingEvent,
  transition,
} from '@trainyard/domain';
import { openRedisBackend, type RedisBackend } from '../src/index.ts';
import type { TestRedis } from './redis.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  realMs: (ms) => ms,
  fromReal: (ms) => ms,
};

export async function openTestBackend(
  redis: TestRedis,
  initialMaxConcurrency = 2,
  clock = realClock,
): Promise<RedisBackend> {
  const backend = await openRedisBackend({
    redisUrl: redis.url,
    clock,
    initialMaxConcurrency,
    onError: () => undefined,
  });
  await backend.store.establishEpoch('epoch-1');
  return backend;
}

let count = 0;
/** A queued training of a subject of its own. Ids sort by time, as in production. */
export function buildTraining(
  overrides: {
    id?: string;
    subjectId?: string;
    priority?: number;
    requestId?: string;
    request?: Partial<Queued['request']>;
  } = {},
): Queued {
  count += 1;
  const id = overrides.id ?? `t${String(count).padStart(6, '0')}`;
  return acceptTraining(
    id,
    {
      subject: { kind: 'actor', id: overrides.subjectId ?? `actor-${count}` },
      imageUris: ['s3://local/a.png'],
      trigger: 'token',
      samplePrompts: [],
      validation: false,
      hyperparameters: {} as Queued['request']['hyperparameters'],
      policy: 'flux-presets',
      template: { name: 'lora_training_workflow_headless', hash: 'abc' },
      userId: 'actor_maker_user',
      tenantId: 'actor_maker',
      jobId: `custom-actors_${id}`,
      ...(overrides.requestId !== undefined && { requestId: overrides.requestId }),
      maxAttempts: 2,
      source: 'person',
      ...overrides.request,
    },
    { at: count, priority: overrides.priority ?? 10 },
  );
}

function buildAttempt(training: Training, lockToken: string): Attempt {
  return {
    number: training.attemptsStarted + 1,
    endpointId: 'ep',
    startedAt: 1,
    executionTimeoutMs: 1,
    ttlMs: 1,
    attemptDeadline: 2,
    versionName: 'V1',
    modelName: 'm',
    outputKey: 'k',
    lockToken,
    nonce: `${training.id}-${lockToken}`,
    ...(training.request.expected && {
      expected: { ...training.request.expected, usdPerSecond: 0.001, pool: 'A100' },
    }),
  };
}

/** What an event makes of a training, with the arguments that the store wants. */
export function applyEvent(before: Training, event: TrainingEvent) {
  const { training } = transition(before, event);
  return { training, event, before };
}

export function startAttempt(before: Training, lockToken: string) {
  return applyEvent(before, {
    type: 'submission_started',
    at: 5,
    cause: 'dispatcher',
    attempt: buildAttempt(before, lockToken),
  });
}
