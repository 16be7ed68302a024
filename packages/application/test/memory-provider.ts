import type { Failure, RunOutcome } from '@trainyard/domain';
import type {
  CancelResult,
  ObjectStore,
  Provider,
  RunInput,
  RunObservation,
  Submission,
  SubmitResult,
} from '../src/index.ts';

/** A run at the in-memory provider. */
interface MemoryRun {
  readonly id: string;
  readonly submission: Submission;
  readonly submittedAt: number;
  readonly plan: RunPlan;
  outcome?: RunOutcome;
}

/** The course of a run: it completes after `durationMs` and uploads its model, unless the plan differs. */
interface RunPlan {
  /** The failure at the end of the run. */
  readonly failure?: Failure;
  /** Never leaves the queue of the endpoint. */
  readonly stuckInQueue?: boolean;
  /** Never ends by itself. */
  readonly hangs?: boolean;
  /** Whether the model is uploaded: under `output_key` (default), under the name of the model, or not at all. */
  readonly upload?: 'output_key' | 'model_name' | 'none';
  /** Whether the output of the run names the model; true by default. */
  readonly reportsOutput?: boolean;
  /** At this fraction of the duration the run ends; 1 by default. */
  readonly endsAt?: number;
}

/** A provider whose results and runs are set by the test. */
export interface MemoryProvider extends Provider {
  /** The results of the next submissions. `accepts`: the run exists although the result differs. */
  readonly submitResults: { readonly result: SubmitResult; readonly accepts?: boolean }[];
  /** The plans of the next runs. */
  readonly plans: RunPlan[];
  /** The results of the next cancels. */
  readonly cancelResults: CancelResult[];
  /** Whether the status of a run repeats its input; false by default. */
  repeatsInput: boolean;
  /** Whether the provider gives no answer about any run; false by default. */
  unavailable: boolean;
  /** The workers that `/health` reports; an idle worker by default. */
  workers: Partial<Record<'idle' | 'running' | 'throttled', number>>;
  /** All runs, oldest first. */
  readonly runs: readonly MemoryRun[];
  countLive(): number;
}

const UNKNOWN_ENDPOINT = { scope: 'endpoint', message: 'the endpoint is unknown' } as const;

/** Creates a provider of one endpoint on the clock of the test; models are uploaded to `objects`. */
export function createMemoryProvider(parts: {
  readonly now: () => number;
  readonly objects: ObjectStore;
  readonly durationMs: number;
  readonly endpointId: string;
}): MemoryProvider {
  const { now } = parts;
  const runs: MemoryRun[] = [];
  const provider: MemoryProvider = {
    submitResults: [],
    plans: [],
    cancelResults: [],
    workers: { idle: 1 },
    repeatsInput: false,
    unavailable: false,
    runs,
    countLive: () => runs.filter(({ outcome }) => !outcome).length,
    submit: async (submission, canSend) => {
      if (submission.endpointId !== parts.endpointId) return { kind: 'refused', ...UNKNOWN_ENDPOINT };
      if (canSend?.() === false) return { kind: 'not_sent', reason: 'unreachable', message: 'too late' };
      const next = provider.submitResults.shift();
      if (next && next.accepts !== true && next.result.kind !== 'accepted') return next.result;
      const id = `run-${runs.length + 1}`;
      runs.push({ id, submission, submittedAt: now(), plan: provider.plans.shift() ?? {} });
      return next?.result ?? { kind: 'accepted', runId: id };
    },
    observe: async (_endpointId, runId) => {
      if (provider.unavailable) return { kind: 'unavailable', message: 'HTTP 502' };
      const run = runs.find(({ id }) => id === runId);
      if (!run) return { kind: 'missing' };
      await settleRun(parts, run);
      const observed = toObservation(run, now());
      return provider.repeatsInput ? { ...observed, input: readInput(run) } : observed;
    },
    cancel: async (_endpointId, runId) => {
      const next = provider.cancelResults.shift();
      if (next) return next;
      const run = runs.find(({ id }) => id === runId);
      if (!run) return { kind: 'missing' };
      const failure = { class: 'provider', code: 'cancelled', message: 'The run was cancelled' } as const;
      run.outcome ??= { status: 'cancelled', failure, executionMs: now() - run.submittedAt };
      return { kind: 'acknowledged' };
    },
    health: async (endpointId) => {
      if (endpointId !== parts.endpointId) return { kind: 'denied', ...UNKNOWN_ENDPOINT };
      for (const run of runs) await settleRun(parts, run);
      const live = runs.filter(({ outcome }) => !outcome);
      const inQueue = live.filter(({ plan }) => plan.stuckInQueue).length;
      const jobs = { inQueue, inProgress: live.length - inQueue, completed: 0, failed: 0, retried: 0 };
      return { kind: 'health', health: { jobs, workers: provider.workers } };
    },
  };
  return provider;
}

function readInput({ submission: { input } }: MemoryRun): RunInput {
  const config = input['training_config'] as { readonly training_id: string; readonly attempt: number };
  return { trainingId: config.training_id, attempt: config.attempt };
}

type Known = Extract<RunObservation, { kind: 'live' | 'ended' }>;

function toObservation(run: MemoryRun, now: number): Known {
  if (run.outcome) return { kind: 'ended', outcome: run.outcome };
  if (run.plan.stuckInQueue) return { kind: 'live', phase: 'in_queue', providerStatus: 'IN_QUEUE' };
  const progress = { step: Math.floor((now - run.submittedAt) / 1_000), totalSteps: 1_000 };
  return { kind: 'live', phase: 'in_progress', progress, providerStatus: 'IN_PROGRESS' };
}

/** Ends a run whose time has come. */
async function settleRun(
  { now, objects, durationMs }: Parameters<typeof createMemoryProvider>[0],
  run: MemoryRun,
): Promise<void> {
  const { plan, submission, submittedAt } = run;
  const executionMs = durationMs * (plan.endsAt ?? 1);
  if (run.outcome || plan.stuckInQueue || plan.hangs || now() - submittedAt < executionMs) return;
  if (plan.failure) {
    run.outcome = { status: 'failed', failure: plan.failure, executionMs };
    return;
  }
  const config = submission.input['training_config'] as Readonly<Record<string, string>>;
  const { upload = 'output_key', reportsOutput = true } = plan;
  const key =
    upload === 'model_name' ? `models/${config['model_name']}.safetensors` : (config['output_key'] ?? '');
  if (upload !== 'none') await objects.put(key, new Uint8Array(1_000));
  const output = reportsOutput ? { loraUrl: objects.toUri(key) } : {};
  run.outcome = { status: 'completed', output, executionMs };
}
