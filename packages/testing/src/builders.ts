import {
  type Attempt,
  acceptTraining,
  type FailureClass,
  type Queued,
  type Training,
  type TrainingEvent,
  type TrainingRequest,
  transition,
} from '@trainyard/domain';

/** The parts of a built training that a test names; the others have defaults. */
export interface TrainingOverrides {
  readonly id?: string;
  readonly subjectId?: string;
  readonly priority?: number;
  readonly requestId?: string;
  /** Time of acceptance in epoch ms. */
  readonly at?: number;
  readonly request?: Partial<TrainingRequest>;
}

let count = 0;

/** Builds a queued training of its own subject. Ids sort by time of acceptance, as in production. */
export function buildTraining(overrides: TrainingOverrides = {}): Queued {
  count += 1;
  const id = overrides.id ?? `t${String(count).padStart(6, '0')}`;
  const request: TrainingRequest = {
    subject: { kind: 'actor', id: overrides.subjectId ?? `actor-${count}` },
    imageUris: ['s3://local/a.png'],
    trigger: 'token',
    samplePrompts: [],
    validation: false,
    hyperparameters: {} as TrainingRequest['hyperparameters'],
    policy: 'flux-presets',
    template: { name: 'lora_training_workflow_headless', hash: 'abc' },
    userId: 'actor_maker_user',
    tenantId: 'actor_maker',
    jobId: `custom-actors_${id}`,
    ...(overrides.requestId !== undefined && { requestId: overrides.requestId }),
    maxAttempts: 2,
    source: 'person',
    ...overrides.request,
  };
  return acceptTraining(id, request, { at: overrides.at ?? count, priority: overrides.priority ?? 10 });
}

/** Builds an attempt that started at 1 ms of epoch time, with an execution timeout of two hours. */
export function buildAttempt(overrides: Partial<Attempt> = {}): Attempt {
  const { number = 1 } = overrides;
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
    ...overrides,
  };
}

/** Applies an event. Returns the arguments of `TrainingStore.save`: the new training, the event and the old training. */
export function applyEvent(before: Training, event: TrainingEvent) {
  const { training } = transition(before, event);
  return { training, event, before };
}

/** Applies the events in order and returns the resulting training. */
export function applyEvents(training: Training, ...events: readonly TrainingEvent[]): Training {
  return events.reduce((current, event) => applyEvent(current, event).training, training);
}

/** Starts the next attempt of a training at the price that its request expects. */
export function startAttempt(before: Training, lockToken: string) {
  const { expected } = before.request;
  const attempt = buildAttempt({
    number: before.attemptsStarted + 1,
    lockToken,
    nonce: `${before.id}-${lockToken}`,
    ...(expected && { expected: { ...expected, usdPerSecond: 0.001, pool: 'A100' } }),
  });
  return applyEvent(before, { type: 'submission_started', at: 5, cause: 'dispatcher', attempt });
}

/** The event that starts an attempt, by its number. */
export function submissionStarted(number = 1): TrainingEvent {
  return { type: 'submission_started', at: 1, cause: 'dispatcher', attempt: buildAttempt({ number }) };
}

/** The event of a submission that RunPod accepted. */
export function submissionAccepted(runId = 'run-1', attempt = 1): TrainingEvent {
  return { type: 'submission_accepted', at: 2, cause: 'dispatcher', attempt, runId };
}

/** The event of a live run that a poll observed. */
export function runObserved(
  phase: 'in_queue' | 'in_progress',
  at = 3,
  runId = 'run-1',
  attempt = 1,
): TrainingEvent {
  return { type: 'run_observed', at, cause: 'poll', attempt, runId, phase };
}

/**
 * The event of a run that ended after `executionMs`, 5 ms by default; `class` is the failure class of an unsuccessful
 * end. The execution timeout of {@link attempt} is 7 200 000 ms.
 */
export function runEnded(
  status: 'completed' | 'failed' | 'timed_out' | 'cancelled',
  options: { at?: number; attempt?: number; class?: FailureClass; executionMs?: number } = {},
): TrainingEvent {
  const { at = 10, attempt = 1, executionMs = 5 } = options;
  const failure = { class: options.class ?? 'provider', code: 'x', message: 'it broke' };
  return {
    type: 'run_ended',
    at,
    cause: 'poll',
    attempt,
    runId: `run-${attempt}`,
    outcome:
      status === 'completed'
        ? { status, output: { loraUrl: 's3://b/k' }, executionMs }
        : { status, failure, executionMs },
  };
}

/** The event of a cancellation that the operator `ana` requested through the API. */
export function cancelRequested(at = 4): TrainingEvent {
  return { type: 'cancel_requested', at, cause: 'api', by: 'ana' };
}
