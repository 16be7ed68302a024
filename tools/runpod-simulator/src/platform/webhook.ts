import { type Endpoint, note, targetOf } from './endpoint.ts';
import { type Job, viewOf } from './job.ts';

/** Three tries, ten seconds apart; only a plain 200 counts (reference §3). */
const TRIES = 3;
const SPACING_MS = 10_000;
/** RunPod's own patience is undocumented. It is scaled, but never below what a real connection takes. */
const PATIENCE_MS = 10_000;
const LEAST_REAL_PATIENCE_MS = 2_000;

/** Tells the job's webhook of its end, in the background; the body is the job with the echo of its request. */
export function callWebhook(endpoint: Endpoint, job: Job): void {
  const url = job.request.webhook;
  if (url === undefined) return;
  const body = JSON.stringify({
    ...viewOf(job, endpoint.clock),
    input: job.request.input,
    webhook: url,
  });
  const deliver = () => void delivered(endpoint, job, { url, body });
  const fault = endpoint.faults.take(
    ['webhook_lost', 'webhook_duplicate', 'webhook_late', 'webhook_reordered'],
    targetOf(job),
  );
  if (!fault) {
    deliver();
    return;
  }
  switch (fault.kind) {
    case 'webhook_lost':
      return;
    case 'webhook_duplicate':
      for (let copy = 0; copy < fault.copies; copy++) deliver();
      return;
    case 'webhook_late':
      endpoint.clock.after(fault.delay_ms, deliver);
      return;
    case 'webhook_reordered':
      holdBack(endpoint, fault.delay_ms, deliver);
      return;
  }
}

interface Call {
  readonly url: string;
  readonly body: string;
}

async function delivered(endpoint: Endpoint, job: Job, call: Call): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const answer = await post(endpoint, call);
    note(endpoint, job, 'webhook', `try ${attempt}: ${answer}`);
    for (const release of endpoint.heldWebhooks) release();
    if (answer === '200' || attempt === TRIES) return;
    await endpoint.clock.sleep(SPACING_MS);
  }
}

async function post(endpoint: Endpoint, { url, body }: Call): Promise<string> {
  const patienceMs = Math.max(LEAST_REAL_PATIENCE_MS, endpoint.clock.realMs(PATIENCE_MS));
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.body?.cancel();
    return String(response.status);
  } catch (fault) {
    return fault instanceof Error ? fault.name : 'no answer';
  }
}

/** Lets another webhook of the endpoint go first, if one comes in time. */
function holdBack(endpoint: Endpoint, delayMs: number, deliver: () => void): void {
  const release = () => {
    if (!endpoint.heldWebhooks.delete(release)) return;
    stop();
    deliver();
  };
  const stop = endpoint.clock.after(delayMs, release);
  endpoint.heldWebhooks.add(release);
}
