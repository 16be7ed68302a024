import type { TerminalStatus } from './status.ts';
import type { Training, TrainingIn } from './training.ts';

/**
 * What the world owes a training in its present state (DESIGN §3). Each can be met twice without harm, so the sweep
 * asks the same question again and a crash between saving and acting loses nothing.
 */
export type Obligation =
  /** A job waits for it in the queue of trainings, not before the given moment. */
  | {
      readonly kind: 'enqueue';
      readonly priority: number;
      readonly notBefore?: number;
      /** The lock of a job of its that may still be active and has to wait again. */
      readonly lockToken?: string;
    }
  /** Someone asks the provider and the store what became of the attempt. */
  | { readonly kind: 'poll' }
  /** The provider is asked to stop the run. */
  | { readonly kind: 'cancel_run' }
  /** The output is checked and the manifest written. */
  | { readonly kind: 'finalize' }
  /** The job that stood for the slot is given back to the queue. */
  | { readonly kind: 'release_slot'; readonly lockToken: string }
  /** The manifest says how it ended. */
  | { readonly kind: 'write_manifest' }
  /**
   * Others are told what just happened to it (SPEC §10). No state owes it: what is to be told is saved with the change
   * that it tells of, and the sweep of messages meets it again.
   */
  | { readonly kind: 'notify' };

type WithLockToken = { readonly attempt: { readonly lockToken: string } };

/** Derives from the state alone what is owed. */
export function obligations(training: Training): readonly Obligation[] {
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

/** What is held stands in no line; a job of its that was taken is ended. */
function getHeldObligations({ lockToken }: TrainingIn<'queued'>): readonly Obligation[] {
  return lockToken === undefined ? [] : [{ kind: 'release_slot', lockToken }];
}

function getTerminalObligations({ attempt, recorded }: TrainingIn<TerminalStatus>): readonly Obligation[] {
  return [
    ...(attempt ? [releaseSlotObligation({ attempt })] : []),
    ...(recorded ? [] : [{ kind: 'write_manifest' } as const]),
  ];
}
