import { RaisedError, WorkerDied } from '../worker/errors.ts';
import { handle } from '../worker/handler.ts';
import { endJob } from './ending.ts';
import { type Endpoint, note, targetOf, type Worker } from './endpoint.ts';
import type { Job, Run } from './job.ts';

/** What a worker is after a job: ready for the next, dead, or dead with its job back in the queue. */
export type WorkerOutcome = 'ended' | 'died' | 'requeue';

/** Runs a job on a worker until it ends in whatever way. Never rejects. */
export async function executed(endpoint: Endpoint, worker: Worker, job: Job): Promise<WorkerOutcome> {
  const run: Run = { abort: new AbortController(), progress: () => undefined };
  job.run = run;
  job.status = 'IN_PROGRESS';
  job.takenAt = endpoint.clock.now();
  job.workerId = worker.id;
  note(endpoint, job, 'started');
  const stopTimeout = endpoint.clock.after(job.request.executionTimeoutMs, () => timeOut(endpoint, job, run));
  try {
    const answer = await handle({
      input: job.request.input,
      jobId: job.id,
      memory: worker.memory,
      signal: run.abort.signal,
      take: (kinds) => endpoint.faults.take(kinds, targetOf(job)),
      report: (progress) => {
        run.progress = progress;
      },
      surroundings: endpoint,
    });
    if (job.run === run) endJob(endpoint, job, endOf(answer));
    return 'ended';
  } catch (fault) {
    return afterFault({ endpoint, worker, job, run }, fault);
  } finally {
    stopTimeout();
  }
}

function timeOut(endpoint: Endpoint, job: Job, run: Run): void {
  if (job.run !== run) return;
  run.abort.abort(new Error('timeout'));
  endJob(endpoint, job, { status: 'TIMED_OUT', error: 'job timed out: executionTimeout exceeded' });
}

/** RunPod's SDK lifts a truthy `error` out of what the handler returns; an empty output is left out. */
function endOf(answer: Readonly<Record<string, unknown>>) {
  const { error, ...output } = answer;
  const rest = Object.keys(output).length === 0 ? {} : { output };
  return typeof error === 'string' && error !== ''
    ? ({ status: 'FAILED', error, ...rest } as const)
    : ({ status: 'COMPLETED', ...rest } as const);
}

interface Scene {
  readonly endpoint: Endpoint;
  readonly worker: Worker;
  readonly job: Job;
  readonly run: Run;
}

function afterFault({ endpoint, worker, job, run }: Scene, fault: unknown): WorkerOutcome {
  const mine = job.run === run;
  if (fault instanceof WorkerDied) {
    if (fault.requeue && mine) {
      delete job.run;
      return 'requeue';
    }
    if (mine) endJob(endpoint, job, { status: 'FAILED', error: 'worker exited with exit code 1' });
    return 'died';
  }
  if (mine) endJob(endpoint, job, { status: 'FAILED', error: raised(fault, worker) });
  return 'ended';
}

/** The JSON-encoded string that RunPod's SDK makes of an exception (reference §1.3). */
function raised(fault: unknown, worker: Worker): string {
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
