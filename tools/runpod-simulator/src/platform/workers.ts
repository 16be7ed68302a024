import { randomBytes } from 'node:crypto';
import { createMemory } from '../worker/memory.ts';
import { type Endpoint, note, type Worker } from './endpoint.ts';
import { executed } from './execution.ts';
import type { Job } from './job.ts';

/** Puts a job at the end of the queue and sees to a worker for it. */
export function enqueue(endpoint: Endpoint, job: Job): void {
  job.status = 'IN_QUEUE';
  job.queuedAt = endpoint.clock.now();
  endpoint.queue.push(job);
  serve(endpoint);
}

/** Gives waiting jobs to idle workers, and asks for as many new ones as are still needed and allowed. */
function serve(endpoint: Endpoint): void {
  for (const worker of endpoint.workers) if (worker.state === 'idle') work(endpoint, worker);
  const coming = [...endpoint.workers].filter(({ state }) => state === 'initializing').length;
  const wanted = endpoint.queue.filter(({ stuck }) => stuck === undefined).length - coming;
  const allowed = endpoint.settings.workers - endpoint.workers.size;
  for (let more = Math.min(wanted, allowed); more > 0; more--) hire(endpoint);
}

function hire(endpoint: Endpoint): void {
  const worker: Worker = {
    id: randomBytes(7).toString('hex'),
    state: 'initializing',
    memory: createMemory(),
    stopIdling: () => undefined,
  };
  endpoint.workers.add(worker);
  endpoint.clock.after(endpoint.settings.coldStartMs, () => {
    worker.state = 'idle';
    work(endpoint, worker);
  });
}

/** One job on an idle worker, and then the next; without one the worker idles until it is let go. */
function work(endpoint: Endpoint, worker: Worker): void {
  worker.stopIdling();
  const job = nextJob(endpoint);
  if (!job) {
    worker.state = 'idle';
    worker.stopIdling = endpoint.clock.after(endpoint.settings.idleTimeoutMs, () => letGo(endpoint, worker));
    return;
  }
  worker.state = 'running';
  void executed(endpoint, worker, job).then((outcome) => {
    if (outcome === 'requeue') requeue(endpoint, job);
    if (outcome === 'ended') return work(endpoint, worker);
    letGo(endpoint, worker);
    serve(endpoint);
  });
}

/** RunPod takes a job of a dead worker up again by itself. */
function requeue(endpoint: Endpoint, job: Job): void {
  job.retries += 1;
  endpoint.counts.retried += 1;
  delete job.takenAt;
  delete job.workerId;
  note(endpoint, job, 'requeued');
  enqueue(endpoint, job);
}

function letGo(endpoint: Endpoint, worker: Worker): void {
  worker.stopIdling();
  endpoint.workers.delete(worker);
}

function nextJob(endpoint: Endpoint): Job | undefined {
  const at = endpoint.queue.findIndex(({ stuck }) => stuck === undefined);
  return at < 0 ? undefined : endpoint.queue.splice(at, 1)[0];
}
