import { RaisedError, WorkerCrashError } from '../worker/errors.ts';
import { handleJob } from '../worker/handler.ts';
import { type Endpoint, recordEvent, toTarget, type Worker } from './endpoint.ts';
import type { Job, Run } from './job.ts';
import { endJob } from './job-end.ts';

/** State of a worker after a job: idle (`ended`), stopped (`died`), or stopped with its job requeued (`requeue`). */
export type WorkerOutcome = 'ended' | 'died' | 'requeue';

/** Runs a job on a worker until its end. Never rejects; errors become the result of the job. */
export async function executeJob(endpoint: Endpoint, worker: Worker, job: Job): Promise<WorkerOutcome> {
  const run: Run = { abort: new AbortController(), progress: () => undefined };
  job.run = run;
  job.status = 'IN_PROGRESS';
  job.startedAt = endpoint.clock.fullNow();
  job.workerId = worker.id;
  recordEvent(endpoint, job, 'started');
  const stopTimeout = endpoint.clock.after(job.request.executionTimeoutMs, () =>
    timeOutJob(endpoint, job, run),
  );
  try {
    const answer = await handleJob({
      input: job.request.input,
      jobId: job.id,
      cache: worker.cache,
      signal: run.abort.signal,
      consumeFault: (kinds) => endpoint.faults.consume(kinds, toTarget(job)),
      setProgressReader: (progress) => {
        run.progress = progress;
      },
      environment: endpoint,
    });
    if (job.run === run) endJob(endpoint, job, toJobResult(answer));
    return 'ended';
  } catch (fault) {
    return handleFault({ endpoint, worker, job, run }, fault);
  } finally {
    stopTimeout();
  }
}

function timeOutJob(endpoint: Endpoint, job: Job, run: Run): void {
  if (job.run !== run) return;
  run.abort.abort(new Error('timeout'));
  endJob(endpoint, job, { status: 'TIMED_OUT', error: 'job timed out: executionTimeout exceeded' });
}

/** RunPod's SDK moves a truthy `error` out of the handler's result and omits an empty output. */
function toJobResult(answer: Readonly<Record<string, unknown>>) {
  const { error, ...output } = answer;
  const rest = Object.keys(output).length === 0 ? {} : { output };
  return typeof error === 'string' && error !== ''
    ? ({ status: 'FAILED', error, ...rest } as const)
    : ({ status: 'COMPLETED', ...rest } as const);
}

interface Execution {
  readonly endpoint: Endpoint;
  readonly worker: Worker;
  readonly job: Job;
  readonly run: Run;
}

function handleFault({ endpoint, worker, job, run }: Execution, fault: unknown): WorkerOutcome {
  const isCurrentRun = job.run === run;
  if (fault instanceof WorkerCrashError) {
    if (fault.requeue && isCurrentRun) {
      delete job.run;
      return 'requeue';
    }
    if (isCurrentRun) endJob(endpoint, job, { status: 'FAILED', error: 'worker exited with exit code 1' });
    return 'died';
  }
  if (isCurrentRun) endJob(endpoint, job, { status: 'FAILED', error: toErrorJson(fault, worker) });
  return 'ended';
}

/** Encodes an exception as the JSON string of RunPod's SDK. */
function toErrorJson(fault: unknown, worker: Worker): string {
  const type = fault instanceof RaisedError ? fault.type : 'RuntimeError';
  const message = fault instanceof Error ? fault.message : String(fault);
  return JSON.stringify({
    error_type: `<class '${type}'>`,
    error_message: message,
    error_traceback: `Traceback (most recent call last):\n  File "/handler.py", in handler\n${type}: ${message}\n`,
    hostname: `${worker.id}-64410a3f`,
    worker_id: worker.id,
    runpod_version: '1.12.0',
  });
}
