import type { EventByType } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { EndpointHealth } from '../ports/provider.ts';
import type { Gate } from '../ports/training-store/index.ts';
import { finishProbeRun, isEndpointFault, offerProbeRun } from './probe-run.ts';
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
