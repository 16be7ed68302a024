import type { EventByType } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { EndpointHealth } from '../ports/provider.ts';
import type { Gate } from '../ports/training-store/index.ts';
import { finishProbeRun, isEndpointFault, offerProbeRun } from './probe-run.ts';
import { probeStore } from './store-probe.ts';

type GateDeps = Pick<Deps, 'store' | 'clock' | 'log'>;

/** How many runs in a row may end in the same way before nothing more is tried (SPEC §2). */
const FAILURES_TO_CLOSE = 3;
/** How long a gate that waits for nothing else stays closed before one training is tried. */
const PROBE_RUN_AFTER_MS = 30 * 60_000;

/** Closes the gate for everyone; one that is closed already keeps its reason, and whoever closed it says so. */
export async function closeGate(deps: GateDeps, gate: Omit<Gate, 'since'>): Promise<void> {
  const { gate: closed } = await deps.store.getControl();
  if (closed) return;
  const since = deps.clock.now();
  const { gate: current } = await deps.store.setControl({ gate: { ...gate, since } });
  if (current?.since === since) deps.log.error('gate_closed', { reason: gate.reason });
}

/** Watches how runs end: three in a row that end in the same provider or configuration class close the gate. */
export async function recordRunResult(
  deps: GateDeps,
  { outcome, runId }: EventByType<'run_ended'>,
): Promise<void> {
  const failure = outcome.status === 'failed' || outcome.status === 'timed_out' ? outcome.failure : undefined;
  const count = await deps.store.recordRunResult(runId, failure?.class);
  if (!failure || !isEndpointFault(failure.class) || count < FAILURES_TO_CLOSE) return;
  const reason = `${count} runs in a row ended in the same way: ${failure.message}`;
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
  // An endpoint that scales to zero shows no worker until something is sent, so a trial is due in any case.
  const closedMs = deps.clock.now() - (gate.probeFailedAt ?? gate.since);
  return gate.probeRun === undefined && closedMs >= PROBE_RUN_AFTER_MS ? 'probe_run' : 'wait';
}

/** Opens the gate when what closed it is over, or lets one training try; a person's pause stays. */
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
