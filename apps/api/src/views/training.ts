import {
  type Deps,
  type DispatchStop,
  type EventRecord,
  getWaiting,
  type RunCheck,
  type VersionEntry,
  type Waiting,
} from '@trainyard/application';
import type { TrainingDetail, TrainingPictures, TrainingView } from '@trainyard/contracts';
import {
  countImages,
  estimateEnd,
  estimateRemaining,
  findWithheldReason,
  getWarnings,
  holdsSlot,
  isTerminal,
  type Remaining,
  type Training,
  toCoarseStatus,
  toVerdict,
} from '@trainyard/domain';
import { type AnyAttempt, getAttempt, toNextStep, toOutcome } from './outcome.ts';

/**
 * Dependencies of the views. `stop` is the cause why no training is dispatched at present, and `positions` are those in the
 * queue by training id; queued trainings show them.
 */
export type ViewDeps = Pick<Deps, 'settings' | 'clock'> & {
  readonly stop?: DispatchStop | undefined;
  readonly positions?: ReadonlyMap<string, number> | undefined;
};

/** Renders a training. Its `notify_url` is left out, because it may contain a secret of the caller. */
export function toTrainingView(deps: ViewDeps, training: Training): TrainingView {
  const attempt = getAttempt(training);
  return {
    ...toIdentity(training, attempt),
    ...toInputs(training),
    ...toLifecycle(deps, training, attempt),
    ...toOutcome(training, attempt),
    ...toBudget(training, attempt),
    estimated_end: toIsoOrNull(estimateEnd(training, deps.clock.now())),
    accepted_at: toIso(training.acceptedAt),
    changed_at: toIso(training.changedAt),
    submitted_at: toIsoOrNull(attempt?.startedAt),
    started_running_at: toIsoOrNull(attempt?.startedRunningAt),
    first_step_at: toIsoOrNull(attempt?.firstStepAt),
    ended_at: toIsoOrNull(isTerminal(training) ? training.endedAt : attempt?.endedAt),
  };
}

function toIdentity({ request, ...training }: Training, attempt: AnyAttempt | undefined) {
  return {
    id: training.id,
    rev: training.rev,
    status: training.status,
    coarse_status: toCoarseStatus(training.status),
    kind: request.subject.kind,
    subject_id: request.subject.id,
    version_name: training.versionName ?? request.versionName ?? null,
    model_name: attempt?.modelName ?? request.modelName ?? null,
    job_id: request.jobId,
    request_id: request.requestId ?? null,
    runpod_job_id: attempt?.runId ?? null,
    batch_id: request.batchId ?? null,
    retry_of: request.retryOf ?? null,
    source: request.source,
    user_id: request.userId,
    tenant_id: request.tenantId,
  };
}

function toInputs(training: Training) {
  return {
    policy: training.request.policy,
    preset: training.request.preset ?? null,
    hyperparameters: { ...training.request.hyperparameters },
    trigger: training.request.trigger,
    description: training.request.description ?? null,
    selection_set_id: training.request.selectionSetId ?? null,
    image_count: countImages(training.request),
    template: training.request.template,
    warnings: getWarnings(training).map((warning) => ({ ...warning })),
    priority: training.priority,
  };
}

function toRemaining(left: Remaining | undefined) {
  return left
    ? {
        seconds: left.ms / 1_000,
        range_seconds: [left.lowMs / 1_000, left.highMs / 1_000] as [number, number],
      }
    : null;
}

/** The rate that the container reports outranks the measured rate. Only a running training has a remaining time. */
function toProgress(
  deps: ViewDeps,
  training: Training,
  attempt: AnyAttempt | undefined,
): TrainingView['progress'] {
  const { progress, pace } = attempt ?? {};
  if (!progress) return null;
  const { step, totalSteps, loss } = progress;
  const measured = pace?.msPerStep === undefined ? undefined : 1_000 / Math.max(pace.msPerStep, 1);
  const left =
    training.status === 'running'
      ? estimateRemaining(pace, { totalSteps, now: deps.clock.now() })
      : undefined;
  return {
    step,
    total_steps: totalSteps,
    loss: loss ?? null,
    rate: progress.stepsPerSecond ?? measured ?? null,
    remaining: toRemaining(left),
    remaining_withheld:
      training.status === 'running' ? (findWithheldReason(pace, deps.clock.now()) ?? null) : null,
    reported_at: toIsoOrNull(pace?.last.at),
  };
}

function toAttention(attention: { readonly reason: string; readonly since: number } | undefined) {
  return attention ? { reason: attention.reason, since: toIso(attention.since) } : null;
}

/**
 * Selects the reason of a queued training: its budget hold, the reason that stops dispatch, or its own reason, in this
 * order.
 */
function getReason(deps: ViewDeps, training: Training): string | null {
  if (training.status !== 'queued') return ('reason' in training ? training.reason : undefined) ?? null;
  return training.hold?.reason ?? deps.stop?.text ?? training.reason ?? null;
}

function toWaiting({ stop, positions, clock }: ViewDeps, training: Training): TrainingView['waiting'] {
  const waiting = getWaiting(training, { stop, now: clock.now(), position: positions?.get(training.id) });
  return waiting ? toWaitingView(waiting) : null;
}

/** Renders why a training waits, with its position in the queue. */
export function toWaitingView({
  code,
  position,
  until,
  text,
}: Waiting): NonNullable<TrainingView['waiting']> {
  return { code, position: position ?? null, until: toIsoOrNull(until), text };
}

function toLifecycle(deps: ViewDeps, training: Training, attempt: AnyAttempt | undefined) {
  return {
    attempt: attempt?.number ?? (training.attemptsStarted || null),
    output_key: attempt?.outputKey ?? null,
    attempts_spent: training.attemptsSpent,
    max_attempts: training.request.maxAttempts,
    progress: toProgress(deps, training, attempt),
    needs_attention: toAttention(training.needsAttention),
    reason: getReason(deps, training),
    waiting: toWaiting(deps, training),
    not_before: toIsoOrNull(training.status === 'queued' ? training.notBefore : undefined),
    attempt_deadline: toIsoOrNull(isTerminal(training) ? undefined : attempt?.attemptDeadline),
    cancel_requested: training.cancelRequested
      ? { at: toIso(training.cancelRequested.at), by: training.cancelRequested.by }
      : null,
  };
}

function toBudget(training: Training, attempt: AnyAttempt | undefined) {
  const hold = training.status === 'queued' ? training.hold : undefined;
  return {
    budget_usd: training.budgetUsd ?? null,
    on_budget: training.request.onBudget ?? null,
    reserved_usd: training.reservedUsd ?? null,
    expected_usd: attempt?.expected?.costUsd ?? training.request.expected?.costUsd ?? null,
    hold: hold ? { of: hold.of, reason: hold.reason, since: toIso(hold.since) } : null,
  };
}

/** The facts about a training that are stored apart from it. */
interface DetailFacts {
  readonly version?: VersionEntry | undefined;
  readonly check?: RunCheck | undefined;
}

/** Renders a training with all inputs that were frozen at accept. */
export function toTrainingDetail(
  deps: ViewDeps,
  training: Training,
  { version, check }: DetailFacts = {},
): TrainingDetail {
  const { request } = training;
  return {
    ...toTrainingView(deps, training),
    version: version
      ? { id: version.id, verdict: toVerdict(version), verified: version.verified ?? null }
      : null,
    run_check: check && holdsSlot(training) ? { at: toIso(check.at), answer: check.answer } : null,
    next_step: toNextStep(training),
    images: [...request.imageUris],
    sample_prompts: [...request.samplePrompts],
    pictures: toPictureViews(training),
    validation: request.validation,
    workflow_overrides: (request.workflowOverrides as TrainingDetail['workflow_overrides']) ?? null,
    own_workflow: request.workflow !== undefined,
    metadata: request.metadata ?? null,
    pruned_at: toIsoOrNull(request.pruned?.at),
  };
}

/** Renders the pictures of a training. A pruned training has no prompts. */
export function toPictureViews(training: Training): TrainingPictures {
  const { pictures = [] } = training.status === 'completed' ? training.model : {};
  const attempt = getAttempt(training)?.number ?? training.attemptsStarted;
  return pictures.map(({ name, kind, index, sizeBytes }) => ({
    ...{ name, kind, attempt, index: index ?? null },
    prompt: (index === undefined ? undefined : training.request.samplePrompts[index]) ?? null,
    size_bytes: sizeBytes,
  }));
}

/** Renders an event of a training. */
export function toEventView({ at, detail, ...event }: EventRecord) {
  return {
    ...event,
    at: toIso(at),
    detail: { ...detail },
  };
}

/** Formats a time as ISO 8601 in UTC. @param at epoch ms */
export function toIso(at: number): string {
  return new Date(at).toISOString();
}

/** Formats a time as ISO 8601 in UTC, or null when it is undefined. @param at epoch ms */
export function toIsoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : toIso(at);
}
