import type { FailureClass, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { Gate } from '../ports/training-store/index.ts';

type ProbeRunDeps = Pick<Deps, 'store' | 'clock' | 'log'>;

const ENDPOINT_FAULT_CLASSES: ReadonlySet<FailureClass> = new Set(['provider', 'configuration']);

/** Lets exactly one training through a closed gate: whoever starts first has it, in the same step as its slot. */
export async function offerProbeRun(deps: ProbeRunDeps, gate: Gate): Promise<void> {
  deps.log.info('probe_run_offered', { reason: gate.reason });
  await deps.store.setControl({ probeRun: { since: deps.clock.now() } });
}

/** Whether such an end may say more of the endpoint than of the training. */
export function isEndpointFault(kind: FailureClass): boolean {
  return ENDPOINT_FAULT_CLASSES.has(kind);
}

/** A worker that has taken the run is what the gate waited for; how the run ends later is counted like any other's. */
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

/** Opens the gate once the run that was let through is taken by a worker; closes it anew when it came to nothing. */
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
