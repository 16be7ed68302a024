import type { FaultKind, FaultOf } from '../faults/fault.ts';
import type { Surroundings } from '../platform/endpoint.ts';
import { downloadedImages, requireImages } from './dataset.ts';
import { HandlerError, RaisedError, WorkerDied } from './errors.ts';
import type { ComfyMemory, TrainedFiles } from './memory.ts';
import { readInput, type TrainingInput } from './request.ts';
import { startTraining } from './training/course.ts';
import { planOf, type TrainingPlan } from './training/plan.ts';
import { upload } from './training/upload.ts';
import { requireAcceptable, requireTrainable } from './validation.ts';

/** One job as the container's handler gets it. */
export interface HandlerJob {
  readonly input: Readonly<Record<string, unknown>>;
  readonly jobId: string;
  readonly memory: ComfyMemory;
  /** Aborted when the job must stop. */
  readonly signal: AbortSignal;
  readonly take: <K extends FaultKind>(kinds: readonly K[]) => FaultOf<K> | undefined;
  /** Says where the progress can be read from now on. */
  readonly report: (progress: () => unknown) => void;
  readonly surroundings: Surroundings;
  /** False when the results never reach the store. */
  readonly uploads?: boolean;
}

type Answer = Readonly<Record<string, unknown>>;

/**
 * What the user's container does with a job: checks the request, fetches the data, trains, uploads, and answers in the
 * seeds' payload. Resolves with what the handler returns (an `error` in it makes the job FAILED); rejects with what it
 * raises, with {@link WorkerDied}, or with the reason of the abort.
 */
export async function handle(job: HandlerJob): Promise<Answer> {
  try {
    const input = readInput(job.input);
    const silent = job.take(['no_output']);
    const files = await trained(silent?.uploaded === false ? { ...job, uploads: false } : job, input);
    if (silent) return {};
    return {
      status: 'success',
      job_id: input.config.request_id,
      loraName: files.loraName,
      loraUrl: files.loraUrl,
      model_info: { size_bytes: files.sizeBytes, model_type: 'lora' },
    };
  } catch (fault) {
    if (fault instanceof HandlerError) return { error: fault.message };
    throw fault;
  }
}

async function trained(job: HandlerJob, input: TrainingInput): Promise<TrainedFiles> {
  const { store, settings } = job.surroundings;
  const workflow = requireAcceptable(input.workflow);
  const images = await downloadedImages(store, input.s3Urls);
  job.signal.throwIfAborted();
  const old = job.memory.recall(workflow);
  if (old) return old;
  requireTrainable(workflow);
  const plan = planOf(workflow);
  requireImages(plan.datasetPaths.some((path) => isInside(path, settings.datasetDir)) ? images : 0);
  const files = await trainedBy(job, input, { plan, images });
  job.memory.keep(workflow, files);
  return files;
}

interface Dataset {
  readonly plan: TrainingPlan;
  readonly images: number;
}

async function trainedBy(
  job: HandlerJob,
  input: TrainingInput,
  { plan, images }: Dataset,
): Promise<TrainedFiles> {
  const { store, clock, settings } = job.surroundings;
  const training = startTraining(plan.steps, job.jobId, job.surroundings);
  job.report(training.progress);
  const fault = job.take(['worker_crash', 'out_of_memory', 'error', 'run_hang']);
  if (fault) {
    await clock.sleep(training.fullMs * fault.at_fraction, job.signal);
    await fail(job, fault);
  }
  await clock.sleep(training.fullMs, job.signal);
  if (job.uploads === false) return { loraName: '', loraUrl: '', sizeBytes: 0 };
  return upload(store, {
    plan,
    imageCount: images,
    lossAt: training.lossAt,
    jobId: job.jobId,
    modelName: input.config.model_name,
    key: keyOf(job, input),
    pictures: settings.pictures,
  });
}

type RunFault = FaultOf<'worker_crash' | 'out_of_memory' | 'error' | 'run_hang'>;

async function fail(job: HandlerJob, fault: RunFault): Promise<never> {
  switch (fault.kind) {
    case 'worker_crash':
      throw new WorkerDied(fault.requeue);
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

/** The agreed key, unless this container does not know of it. */
function keyOf(job: HandlerJob, { config }: TrainingInput): string {
  const ignored = job.surroundings.settings.ignoreOutputKey || job.take(['output_key_ignored']) !== undefined;
  return ignored || config.output_key === undefined ? `${config.model_name}.safetensors` : config.output_key;
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
