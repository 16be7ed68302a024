import type { RunClaim } from './state/attempt.ts';
import { isTerminal, type TerminalStatus } from './state/status.ts';
import type { Training, TrainingIn } from './state/training.ts';
/**
 * An outstanding effect of a training's state. Every effect is idempotent, and the sweep derives the obligations again,
 * so a crash between save and effect loses no work (docs/concepts/lifecycle.md).
 */
export type Obligation =
  /** A job waits in the queue of trainings, delayed until `notBefore`. */
  | {
      readonly kind: 'enqueue';
      readonly priority: number;
      readonly notBefore?: number;
      /** Lock token of a job of the training that may still be active and is to be requeued. */
      readonly lockToken?: string;
    }
  /** The attempt is polled: at the provider, and in the object store. */
  | { readonly kind: 'poll' }
  /** The provider is requested to cancel the run. */
  | { readonly kind: 'cancel_run' }
  /** The provider is requested to cancel runs of former attempts. */
  | { readonly kind: 'cancel_orphans' }
  /** The output is checked and the manifest written. */
  | { readonly kind: 'finalize' }
  /** The active job of the slot is finished. */
  | { readonly kind: 'release_slot'; readonly lockToken: string }
  /** The end of the training is written to the manifest. */
  | { readonly kind: 'write_manifest' }
  /**
   * The change is published (docs/concepts/notifications.md). It belongs to a change and not to a state: the
   * notification is saved with the change, and the sweep of deliveries repeats it.
   */
  | { readonly kind: 'notify' };

type WithLockToken = { readonly attempt: { readonly lockToken: string } };

/** Derives the obligations from the state alone. A finished and recorded training without a slot has none. */
export function obligations(training: Training): readonly Obligation[] {
  return [...getStateObligations(training), ...getOrphanObligations(training)];
}

function getStateObligations(training: Training): readonly Obligation[] {
  switch (training.status) {
    case 'queued':
      return training.hold ? getHeldObligations(training) : [enqueueObligation(training)];
    case 'submitting':
    case 'unconfirmed':
    case 'submitted':
    case 'running':
      return [{ kind: 'poll' }];
    case 'cancelling':
      return training.acknowledgedAt === undefined
        ? [{ kind: 'cancel_run' }, { kind: 'poll' }]
        : [{ kind: 'poll' }];
    case 'finalizing':
      return [releaseSlotObligation(training), { kind: 'finalize' }];
    case 'completed':
    case 'failed':
    case 'timed_out':
    case 'cancelled':
      return getTerminalObligations(training);
  }
}

function getOrphanObligations({ runs = [] }: Training): readonly Obligation[] {
  return runs.some(isOrphaned) ? [{ kind: 'cancel_orphans' }] : [];
}

/** Whether a training has no outstanding effects any more: it ended, its manifest holds the end, and no orphaned run is left. */
export function isSettled(training: Training): boolean {
  return isTerminal(training) && training.recorded && !training.runs?.some(isOrphaned);
}

/** Whether the run of a former attempt may be alive. */
export function isOrphaned(claim: RunClaim): claim is RunClaim & { readonly orphanedUntil: number } {
  return claim.orphanedUntil !== undefined;
}

function releaseSlotObligation({ attempt }: WithLockToken): Obligation {
  return {
    kind: 'release_slot',
    lockToken: attempt.lockToken,
  };
}

function enqueueObligation(training: TrainingIn<'queued'>): Obligation {
  return {
    kind: 'enqueue',
    priority: training.priority,
    ...(training.notBefore !== undefined && { notBefore: training.notBefore }),
    ...(training.lockToken !== undefined && { lockToken: training.lockToken }),
  };
}

/** A held training has no job in the queue; a job that is still active is finished. */
function getHeldObligations({ lockToken }: TrainingIn<'queued'>): readonly Obligation[] {
  return lockToken === undefined ? [] : [{ kind: 'release_slot', lockToken }];
}

function getTerminalObligations({ attempt, recorded }: TrainingIn<TerminalStatus>): readonly Obligation[] {
  return [
    ...(attempt ? [releaseSlotObligation({ attempt })] : []),
    ...(recorded ? [] : [{ kind: 'write_manifest' } as const]),
  ];
}

/** The notifications of a training: it ended, or it needs an operator (docs/concepts/notifications.md). */
export type TrainingNotificationType = `training.${TerminalStatus}` | 'training.needs_attention';

/**
 * The notification that a change publishes; undefined for most changes. When a training ends and is marked for an
 * operator in the same change, only the end is published.
 */
export function notificationTypeFrom(
  before: Training,
  after: Training,
): TrainingNotificationType | undefined {
  if (isTerminal(after) && !isTerminal(before)) return `training.${after.status}`;
  const { needsAttention: attention } = after;
  if (getHold(after) && !getHold(before)) return 'training.needs_attention';
  return attention && attention.reason !== before.needsAttention?.reason
    ? 'training.needs_attention'
    : undefined;
}

function getHold(training: Training) {
  return training.status === 'queued' ? training.hold : undefined;
}

/** The reason why the training needs an operator: its mark, or an exhausted budget. */
export function getAttentionReason(training: Training): string | undefined {
  return training.needsAttention?.reason ?? getHold(training)?.reason;
}
