import { randomBytes } from 'node:crypto';
import { createComfyCache } from '../worker/results.ts';
import { type Endpoint, recordEvent, type Worker } from './endpoint.ts';
import { executeJob } from './execution.ts';
import type { Job } from './job.ts';

/** Appends a job to the queue and assigns or starts a worker. */
export function enqueueJob(endpoint: Endpoint, job: Job): void {
  job.status = 'IN_QUEUE';
  job.queuedAt = endpoint.clock.fullNow();
  endpoint.queue.push(job);
  assignWorkers(endpoint);
}

/** Assigns queued jobs to idle workers and starts the missing workers up to the configured number. */
function assignWorkers(endpoint: Endpoint): void {
  for (const worker of endpoint.workers) if (worker.state === 'idle') runNextJob(endpoint, worker);
  const startingCount = [...endpoint.workers].filter(({ state }) => state === 'initializing').length;
  const neededCount =
    endpoint.queue.filter(({ stuckReason }) => stuckReason === undefined).length - startingCount;
  const allowedCount = endpoint.settings.workers - endpoint.workers.size;
  for (let more = Math.min(neededCount, allowedCount); more > 0; more--) startWorker(endpoint);
}

function startWorker(endpoint: Endpoint): void {
  const worker: Worker = {
    id: randomBytes(7).toString('hex'),
    state: 'initializing',
    cache: createComfyCache(),
    stopIdling: () => undefined,
  };
  endpoint.workers.add(worker);
  endpoint.clock.after(endpoint.settings.coldStartMs, () => {
    worker.state = 'idle';
    runNextJob(endpoint, worker);
  });
}

/** Runs queued jobs on a worker in sequence. Without a job the worker stops after the idle timeout. */
function runNextJob(endpoint: Endpoint, worker: Worker): void {
  worker.stopIdling();
  const job = dequeueJob(endpoint);
  if (!job) {
    worker.state = 'idle';
    worker.stopIdling = endpoint.clock.after(endpoint.settings.idleTimeoutMs, () =>
      stopWorker(endpoint, worker),
    );
    return;
  }
  worker.state = 'running';
  void executeJob(endpoint, worker, job).then((outcome) => {
    if (outcome === 'requeue') requeueJob(endpoint, job);
    if (outcome === 'ended') return runNextJob(endpoint, worker);
    stopWorker(endpoint, worker);
    assignWorkers(endpoint);
  });
}

/** RunPod requeues the job of a crashed worker. */
function requeueJob(endpoint: Endpoint, job: Job): void {
  job.retries += 1;
  endpoint.counts.retried += 1;
  delete job.startedAt;
  delete job.workerId;
  recordEvent(endpoint, job, 'requeued');
  enqueueJob(endpoint, job);
}

function stopWorker(endpoint: Endpoint, worker: Worker): void {
  worker.stopIdling();
  endpoint.workers.delete(worker);
}

function dequeueJob(endpoint: Endpoint): Job | undefined {
  const at = endpoint.queue.findIndex(({ stuckReason }) => stuckReason === undefined);
  return at < 0 ? undefined : endpoint.queue.splice(at, 1)[0];
}
