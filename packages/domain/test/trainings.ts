import { acceptTraining, type Training, type TrainingEvent, transition } from '../src/index.ts';
import type { Attempt } from '../src/training/attempt.ts';
import type { TrainingRequest } from '../src/training/request.ts';

/** A request as small as the lifecycle needs. */
function aRequest(overrides: Partial<TrainingRequest> = {}): TrainingRequest {
  return {
    subject: { kind: 'actor', id: '0019' },
    imageUris: ['s3://bucket/a.png'],
    trigger: '0019 european 20 female',
    samplePrompts: [],
    validation: false,
    hyperparameters: {} as TrainingRequest['hyperparameters'],
    policy: 'flux-presets',
    template: { name: 'lora_training_workflow_headless', hash: 'abc' },
    userId: 'actor_maker_user',
    tenantId: 'actor_maker',
    jobId: 'custom-actors_actor_0019_1',
    maxAttempts: 2,
    source: 'person',
    ...overrides,
  };
}

export function aTraining(overrides: Partial<TrainingRequest> = {}): Training {
  return acceptTraining('t1', aRequest(overrides), { at: 0, priority: 10 });
}

export function anAttempt(number = 1): Attempt {
  return {
    number,
    endpointId: 'ep',
    startedAt: 1,
    executionTimeoutMs: 7_200_000,
    ttlMs: 30_000_000,
    attemptDeadline: 30_600_001,
    versionName: 'V1',
    modelName: 'actor_0019_V1',
    outputKey: `models/t1/attempt-${number}.safetensors`,
    lockToken: `token-${number}`,
    nonce: `nonce-${number}`,
  };
}

/** Lives through the events and returns what became of the training. */
export function applyEvents(training: Training, ...events: readonly TrainingEvent[]): Training {
  return events.reduce((current, event) => transition(current, event).training, training);
}

/** The events of an ordinary life, by name. */
export function submissionStarted(number = 1): TrainingEvent {
  return {
    type: 'submission_started',
    at: 1,
    cause: 'dispatcher',
    attempt: anAttempt(number),
  };
}
export function submissionAccepted(runId = 'run-1', attempt = 1): TrainingEvent {
  return {
    type: 'submission_accepted',
    at: 2,
    cause: 'dispatcher',
    attempt,
    runId,
  };
}
export function runObserved(
  phase: 'in_queue' | 'in_progress',
  at = 3,
  runId = 'run-1',
  attempt = 1,
): TrainingEvent {
  return {
    type: 'run_observed',
    at,
    cause: 'poll',
    attempt,
    runId,
    phase,
  };
}
export function runEnded(
  status: 'completed' | 'failed' | 'timed_out' | 'cancelled',
  options: { at?: number; attempt?: number; class?: 'provider' | 'data' | 'timeout' } = {},
): TrainingEvent {
  return {
    type: 'run_ended',
    at: options.at ?? 10,
    cause: 'poll',
    attempt: options.attempt ?? 1,
    runId: `run-${options.attempt ?? 1}`,
    outcome:
      status === 'completed'
        ? { status, output: { loraUrl: 's3://b/k' }, executionMs: 5 }
        : {
            status,
            failure: { class: options.class ?? 'provider', code: 'x', message: 'it broke' },
            executionMs: 5,
          },
  };
}
export function cancelRequested(at = 4): TrainingEvent {
  return {
    type: 'cancel_requested',
    at,
    cause: 'api',
    by: 'ana',
  };
}
