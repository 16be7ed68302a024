import type { EventByType, FailureClass, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { EndpointHealth } from '../ports/provider.ts';
import type { Gate } from '../ports/training-store/index.ts';
import { probeStore } from './store-probe.ts';

type GateDeps = Pick<Deps, 'store' | 'clock' | 'log'>;

/** The number of runs in a row with the same endpoint fault that closes the gate. */
const FAILURES_TO_CLOSE = 3;
/** The time after which a closed gate offers a probe run, in ms. */
const PROBE_RUN_AFTER_MS = 30 * 60_000;

/**
 * Closes the gate, the circuit breaker over dispatch: no training starts until the condition `reopensWhen` is met
 * (docs/operations/pause-and-limits.md). A closed gate keeps its first reason. Logs `gate_closed` once.
 */
export async function closeGate(deps: GateDeps, gate: Omit<Gate, 'since'>): Promise<void> {
  const { gate: closed } = await deps.store.getControl();
  if (closed) return;
  const since = deps.clock.now();
  const { gate: current } = await deps.store.setControl({ gate: { ...gate, since } });
  if (current?.since === since) deps.log.error('gate_closed', { reason: gate.reason });
}

/**
 * Counts the results of runs. Three runs in a row that failed with the same class `provider` or `configuration` close
 * the gate until a probe run succeeds. A repeated result of the same run counts once.
 */
export async function recordRunResult(
  deps: GateDeps,
  { outcome, runId }: EventByType<'run_ended'>,
): Promise<void> {
  const failure = outcome.status === 'failed' || outcome.status === 'timed_out' ? outcome.failure : undefined;
  const count = await deps.store.recordRunResult(runId, failure?.class);
  if (!failure || !isEndpointFault(failure.class) || count < FAILURES_TO_CLOSE) return;
  const reason = `${count} runs in a row failed with class ${failure.class}: ${failure.message}`;
  await closeGate(deps, { reason, reopensWhen: 'probe_run' });
}

function hasWorker({ workers }: EndpointHealth): boolean {
  return (workers.idle ?? 0) + (workers.ready ?? 0) + (workers.running ?? 0) > 0;
}

type RecheckGateDeps = GateDeps & Pick<Deps, 'provider' | 'settings' | 'objects'>;

async function evaluateGate(deps: RecheckGateDeps, gate: Gate): Promise<'open' | 'probe_run' | 'wait'> {
  if (gate.reopensWhen === 'store_probe') return (await probeStore(deps)) === undefined ? 'open' : 'wait';
  const result = await deps.provider.health(deps.settings.endpointId);
  if (result.kind !== 'health') return 'wait';
  if (gate.reopensWhen === 'health_answer' || (gate.reopensWhen === 'worker' && hasWorker(result.health)))
    return 'open';
  // An endpoint that scales to zero starts a worker only for a run, so a probe run is due after 30 min anyway.
  const closedMs = deps.clock.now() - (gate.probeFailedAt ?? gate.since);
  return gate.probeRun === undefined && closedMs >= PROBE_RUN_AFTER_MS ? 'probe_run' : 'wait';
}

/**
 * Opens a closed gate when its condition is met, or offers a probe run. Ends a finished probe run first. An operator's
 * pause is independent of the gate and stays.
 */
export async function recheckGate(deps: RecheckGateDeps): Promise<void> {
  await finishProbeRun(deps);
  const { gate } = await deps.store.getControl();
  if (!gate) return;
  const decision = await evaluateGate(deps, gate);
  if (decision === 'probe_run') return offerProbeRun(deps, gate);
  if (decision === 'wait') return;
  deps.log.info('gate_opened', { reason: gate.reason });
  await deps.store.setControl({ gate: null });
}

type ProbeRunDeps = Pick<Deps, 'store' | 'clock' | 'log'>;

const ENDPOINT_FAULT_CLASSES: ReadonlySet<FailureClass> = new Set(['provider', 'configuration']);

/** Offers a probe run: a single training may start through the closed gate. The start script assigns it with the slot. */
async function offerProbeRun(deps: ProbeRunDeps, gate: Gate): Promise<void> {
  deps.log.info('probe_run_offered', { reason: gate.reason });
  await deps.store.setControl({ probeRun: { since: deps.clock.now() } });
}

/** Returns whether a failure of this class may be a fault of the endpoint rather than of the training. */
function isEndpointFault(kind: FailureClass): boolean {
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
