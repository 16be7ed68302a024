import type { FailureClass, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { Gate } from '../ports/training-store/index.ts';

type ProbeRunDeps = Pick<Deps, 'store' | 'clock' | 'log'>;

const ENDPOINT_FAULT_CLASSES: ReadonlySet<FailureClass> = new Set(['provider', 'configuration']);

/** Offers a probe run: a single training may start through the closed gate. The start script assigns it with the slot. */
export async function offerProbeRun(deps: ProbeRunDeps, gate: Gate): Promise<void> {
  deps.log.info('probe_run_offered', { reason: gate.reason });
  await deps.store.setControl({ probeRun: { since: deps.clock.now() } });
}

/** Returns whether a failure of this class may be a fault of the endpoint rather than of the training. */
export function isEndpointFault(kind: FailureClass): boolean {
  return ENDPOINT_FAULT_CLASSES.has(kind);
}

/** A probe run is good once a worker runs it. Its later result is counted like the result of every run. */
function evaluateProbeRun(training: Training): 'wait' | 'good' | 'bad' {
  switch (training.status) {
    case 'submitting':
    case 'unconfirmed':
    case 'submitted':
    case 'cancelling':
      return 'wait';
    case 'running':
    case 'finalizing':
    case 'completed':
    case 'timed_out':
      return 'good';
    case 'failed':
      return isEndpointFault(training.failure.class) ? 'bad' : 'good';
    case 'queued':
    case 'cancelled':
      return 'bad';
  }
}

function isCurrentAttempt(training: Training, attempt: number): boolean {
  return 'attempt' in training && training.attempt?.number === attempt;
}

/**
 * Ends the probe run: opens the gate once a worker runs it. A probe run without a run, or with an endpoint fault, starts
 * the 30 min until the next offer again.
 */
export async function finishProbeRun(deps: ProbeRunDeps): Promise<void> {
  const { gate } = await deps.store.getControl();
  const { trainingId, attempt } = gate?.probeRun ?? {};
  if (!gate || trainingId === undefined || attempt === undefined) return;
  const training = await deps.store.load(trainingId);
  const result = training && isCurrentAttempt(training, attempt) ? evaluateProbeRun(training) : 'bad';
  if (result === 'wait') return;
  deps.log.info(result === 'good' ? 'gate_opened' : 'probe_run_failed', {
    reason: gate.reason,
    training_id: trainingId,
  });
  await deps.store.setControl(
    result === 'good' ? { gate: null } : { probeRun: { failedAt: deps.clock.now() } },
  );
}
