import type { Environment } from '../simulation/environment.ts';
import type { FaultByKind, FaultKind } from '../simulation/faults.ts';
import { HandlerError, RaisedError, WorkerCrashError } from './errors.ts';
import { downloadImages, readInput, requireImages, type TrainingInput } from './request.ts';
import { type ComfyCache, type TrainedFiles, uploadResults } from './results.ts';
import { parsePlan, startTraining, type TrainingPlan } from './training-run.ts';
import { requireAcceptable, requireTrainable } from './validation.ts';

/** Input of the container's handler. */
export interface HandlerJob {
  readonly input: Readonly<Record<string, unknown>>;
  readonly jobId: string;
  readonly cache: ComfyCache;
  /** Aborted when the job must stop. */
  readonly signal: AbortSignal;
  readonly consumeFault: <K extends FaultKind>(kinds: readonly K[]) => FaultByKind<K> | undefined;
  /** Sets the function that returns the latest progress. */
  readonly setProgressReader: (progress: () => unknown) => void;
  readonly environment: Environment;
  /** False when the results never reach the object store. */
  readonly uploads?: boolean;
}

type HandlerResult = Readonly<Record<string, unknown>>;

/**
 * Handles a job as the training container does: checks the request, downloads the data, trains, uploads, and returns the
 * payload of the legacy API (docs/compatibility.md). A result with `error` makes the job FAILED. Throws
 * {@link RaisedError}, {@link WorkerCrashError}, or the reason of the aborted signal.
 */
export async function handleJob(job: HandlerJob): Promise<HandlerResult> {
  try {
    const input = readInput(job.input);
    const noOutput = job.consumeFault(['no_output']);
    const files = await trainOrReuse(noOutput?.uploaded === false ? { ...job, uploads: false } : job, input);
    const late = job.consumeFault(['return_late']);
    if (late) await job.environment.clock.sleep(late.for_ms, job.signal);
    if (noOutput) return {};
    const replaced = job.consumeFault(['address_replaced']);
    return {
      status: 'success',
      job_id: input.config.request_id,
      loraName: files.loraName,
      loraUrl: replaced?.lora_url ?? files.loraUrl,
      model_info: { size_bytes: files.sizeBytes, model_type: 'lora' },
    };
  } catch (fault) {
    if (fault instanceof HandlerError) return { error: fault.message };
    throw fault;
  }
}

async function trainOrReuse(job: HandlerJob, input: TrainingInput): Promise<TrainedFiles> {
  const { store, settings } = job.environment;
  const workflow = requireAcceptable(input.workflow, settings.nodeSchemas);
  const images = await downloadImages(store, input.s3Urls);
  job.signal.throwIfAborted();
  const cached = job.cache.find(workflow);
  if (cached) return cached;
  requireTrainable(workflow, settings.nodeSchemas);
  const plan = parsePlan(workflow);
  requireImages(plan.datasetPaths.some((path) => isInside(path, settings.datasetDir)) ? images : 0);
  const files = await runTraining(job, input, { plan, images });
  job.cache.save(workflow, files);
  return files;
}

interface TrainingPlanInput {
  readonly plan: TrainingPlan;
  readonly images: number;
}

async function runTraining(
  job: HandlerJob,
  input: TrainingInput,
  { plan, images }: TrainingPlanInput,
): Promise<TrainedFiles> {
  const { store, clock, settings } = job.environment;
  const training = startTraining(plan, job.jobId, job.environment);
  job.setProgressReader(training.progress);
  const fault = job.consumeFault(['worker_crash', 'out_of_memory', 'error', 'run_hang']);
  if (fault) {
    await clock.sleep(training.fullMs * fault.at_fraction, job.signal);
    await applyRunFault(job, fault);
  }
  await clock.sleep(training.fullMs, job.signal);
  if (job.uploads === false) return { loraName: '', loraUrl: '', sizeBytes: 0 };
  return uploadResults(store, {
    plan,
    imageCount: images,
    lossAt: training.lossAt,
    jobId: job.jobId,
    modelName: input.config.model_name,
    key: getOutputKey(job, input),
    pictures: settings.pictures,
    samplePx: settings.samplePx,
  });
}

type RunFault = FaultByKind<'worker_crash' | 'out_of_memory' | 'error' | 'run_hang'>;

async function applyRunFault(job: HandlerJob, fault: RunFault): Promise<never> {
  switch (fault.kind) {
    case 'worker_crash':
      throw new WorkerCrashError(fault.requeue);
    case 'out_of_memory':
      throw new RaisedError(
        'torch.OutOfMemoryError',
        'CUDA out of memory. Tried to allocate 1.50 GiB. GPU 0',
      );
    case 'error':
      throw new HandlerError(fault.message);
    case 'run_hang':
      return new Promise((_, reject) => {
        job.signal.addEventListener('abort', () => reject(job.signal.reason), { once: true });
      });
  }
}

/** The `output_key` of the request, unless the container ignores it. */
function getOutputKey(job: HandlerJob, { config }: TrainingInput): string {
  const ignored =
    job.environment.settings.ignoreOutputKey || job.consumeFault(['output_key_ignored']) !== undefined;
  return ignored || config.output_key === undefined ? `${config.model_name}.safetensors` : config.output_key;
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
