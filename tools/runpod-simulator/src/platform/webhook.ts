import { type Endpoint, recordEvent, toTarget } from './endpoint.ts';
import { type Job, toJobView } from './job.ts';

/** RunPod tries a webhook up to three times at intervals of 10 s; only status 200 counts as delivered. */
const MAX_TRIES = 3;
const RETRY_DELAY_MS = 10_000;
/** RunPod documents no timeout. This timeout is scaled, but never shorter than a real connection needs. */
const TIMEOUT_MS = 10_000;
const MIN_REAL_TIMEOUT_MS = 2_000;

/** Calls the webhook of an ended job in the background. The body contains the job, its input and the webhook URL. */
export function callWebhook(endpoint: Endpoint, job: Job): void {
  const url = job.request.webhook;
  if (url === undefined) return;
  const body = JSON.stringify({
    ...toJobView(job, endpoint.clock),
    input: job.request.input,
    webhook: url,
  });
  const deliver = () => void deliverWithRetries(endpoint, job, { url, body });
  const fault = endpoint.faults.consume(
    ['webhook_lost', 'webhook_duplicate', 'webhook_late', 'webhook_reordered'],
    toTarget(job),
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
      holdUntilNext(endpoint, fault.delay_ms, deliver);
      return;
  }
}

interface WebhookCall {
  readonly url: string;
  readonly body: string;
}

async function deliverWithRetries(endpoint: Endpoint, job: Job, call: WebhookCall): Promise<void> {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const answer = await postWebhook(endpoint, call);
    recordEvent(endpoint, job, 'webhook', `try ${attempt}: ${answer}`);
    for (const release of endpoint.heldWebhooks) release();
    if (answer === '200' || attempt === MAX_TRIES) return;
    await endpoint.clock.sleep(RETRY_DELAY_MS);
  }
}

async function postWebhook(endpoint: Endpoint, { url, body }: WebhookCall): Promise<string> {
  const timeoutMs = Math.max(MIN_REAL_TIMEOUT_MS, endpoint.clock.toRealMs(TIMEOUT_MS));
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return String(response.status);
  } catch (fault) {
    return fault instanceof Error ? fault.name : 'no answer';
  }
}

/** Holds a webhook back until a later webhook of the endpoint was sent, or until the delay has passed. */
function holdUntilNext(endpoint: Endpoint, delayMs: number, deliver: () => void): void {
  const release = () => {
    if (!endpoint.heldWebhooks.delete(release)) return;
    stop();
    deliver();
  };
  const stop = endpoint.clock.after(delayMs, release);
  endpoint.heldWebhooks.add(release);
}
