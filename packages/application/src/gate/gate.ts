import type { FailureClass, Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { EndpointHealth } from '../ports/provider.ts';
import type { Gate } from '../ports/training-store/index.ts';
import { probeStore } from './store-probe.ts';

type GateDeps = Pick<Deps, 'store' | 'clock' | 'log'>;

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

function hasWorker({ workers }: EndpointHealth): boolean {
  return (workers.idle ?? 0) + (workers.ready ?? 0) + (workers.running ?? 0) > 0;
}

/** Whether the next training that passes a step before its run opens the gate. */
function isOpenedByStep({ reopensWhen }: Gate): boolean {
  return reopensWhen === 'submission_accepted' || reopensWhen === 'training_prepared';
}

type RecheckGateDeps = GateDeps & Pick<Deps, 'provider' | 'settings' | 'objects'>;

async function evaluateGate(deps: RecheckGateDeps, gate: Gate): Promise<'open' | 'probe_run' | 'wait'> {
  if (gate.reopensWhen === 'store_probe') return (await probeStore(deps)) === undefined ? 'open' : 'wait';
  // The next training passes the same step or returns to the queue without failing, so each check offers one.
  if (isOpenedByStep(gate)) return gate.probeRun === undefined ? 'probe_run' : 'wait';
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
  await openGate(deps, gate);
}

/** Opens this gate. A gate that closed since it was read stays closed: the condition of this one does not open it. */
async function openGate(deps: GateDeps, { reason, since }: Gate, probe: object = {}): Promise<void> {
  const { gate: current } = await deps.store.setControl({ gate: null, gateSince: since });
  if (current === undefined) deps.log.info('gate_opened', { reason, ...probe });
}

type ProbeRunDeps = Pick<Deps, 'store' | 'clock' | 'log'>;

const ENDPOINT_FAULT_CLASSES: ReadonlySet<FailureClass> = new Set(['provider', 'configuration']);

/** Offers a probe run: a single training may start through the closed gate. The start script assigns it with the slot. */
async function offerProbeRun(deps: ProbeRunDeps, gate: Gate): Promise<void> {
  deps.log.info('probe_run_offered', { reason: gate.reason });
  await deps.store.setControl({ probeRun: { since: deps.clock.now() }, gateSince: gate.since });
}

/** Returns whether a failure of this class may be a fault of the endpoint rather than of the training. */
function isEndpointFault(kind: FailureClass): boolean {
  return ENDPOINT_FAULT_CLASSES.has(kind);
}

type ProbeResult = 'wait' | 'good' | 'bad';

/** The result of a probe run by the condition of its gate. */
function evaluateProbeRun({ reopensWhen }: Gate, training: Training): ProbeResult {
  if (reopensWhen === 'training_prepared') return 'good';
  if (reopensWhen === 'submission_accepted') return evaluateSubmission(training);
  return reopensWhen === 'verified_model' ? evaluateModel(training) : evaluateRun(training);
}

/** A trial is good once the provider accepted its run. An unclear answer may take hours to resolve: the next check tries again. */
function evaluateSubmission(training: Training): ProbeResult {
  if ('attempt' in training && training.attempt && 'runId' in training.attempt) return 'good';
  return training.status === 'submitting' ? 'wait' : 'bad';
}

/** A probe run is good once its model is verified. */
function evaluateModel(training: Training): ProbeResult {
  if (training.status === 'completed') return training.model.verified ? 'good' : 'bad';
  return 'endedAt' in training || training.status === 'queued' ? 'bad' : 'wait';
}

/** A probe run is good once a worker runs it. Its later result is counted like the result of every run. */
function evaluateRun(training: Training): ProbeResult {
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
 * Ends the probe run: opens the gate once the run fulfills its condition. A probe run without a run, or with an endpoint
 * fault, starts the 30 min until the next offer again.
 */
export async function finishProbeRun(deps: ProbeRunDeps): Promise<void> {
  const { gate } = await deps.store.getControl();
  const { trainingId, attempt } = gate?.probeRun ?? {};
  if (!gate || trainingId === undefined || attempt === undefined) return;
  const training = await deps.store.load(trainingId);
  const result = training && isCurrentAttempt(training, attempt) ? evaluateProbeRun(gate, training) : 'bad';
  if (result === 'wait') return;
  const probe = { training_id: trainingId };
  if (result === 'good') return openGate(deps, gate, probe);
  deps.log.info('probe_run_failed', { reason: gate.reason, ...probe });
  await deps.store.setControl({ probeRun: { failedAt: deps.clock.now() }, gateSince: gate.since });
}

/** Withdraws an offer that no attempt has used: a training failed the step, and the next check offers it again. */
export async function withdrawProbeRun(deps: ProbeRunDeps): Promise<void> {
  const { gate } = await deps.store.getControl();
  if (gate?.probeRun && gate.probeRun.trainingId === undefined)
    await deps.store.setControl({ probeRun: { failedAt: deps.clock.now() }, gateSince: gate.since });
}
