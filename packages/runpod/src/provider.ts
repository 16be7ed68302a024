import type { CancelResult, Provider, Redact, Submission, SubmitResult } from '@trainyard/application';
import { type Call, type Exchange, type ExchangeOptions, exchange } from './http/exchange.ts';
import { createRedactor } from './http/faults.ts';
import { readHealth } from './reading/health.ts';
import { isRunId, readJob, toErrorText, toJsonAnswer } from './reading/job.ts';
import { readObservation } from './reading/observation.ts';
import { readSubmission } from './reading/submission.ts';

/** RunPod's own address of queue-based serverless endpoints. */
export const RUNPOD_BASE_URL = 'https://api.runpod.ai/v2';

/** The largest body of `/run` that RunPod accepts, in bytes: 10 MiB (docs/runpod.md). */
export const LONGEST_RUN_BODY_BYTES = 10 * 1024 * 1024;

/** Options of {@link createRunPodProvider}. */
export interface RunPodProviderOptions {
  readonly apiKey: string;
  /** Further secrets that are removed from messages. */
  readonly secrets?: readonly string[];
  /** URL in front of the endpoint id (`RUNPOD_ENDPOINT_BASE_URL`); {@link RUNPOD_BASE_URL} by default. */
  readonly baseUrl?: string;
  /** Timeout of a whole call: connect, send and read the response; 30 s by default. */
  readonly timeoutMs?: number;
}

/**
 * Implements the port {@link Provider} for RunPod: each call sends a single request, which is never repeated (I2). Does
 * not throw: every response of RunPod is mapped to a value of the port (docs/runpod.md), and messages hold neither the
 * key nor the request. A body over {@link LONGEST_RUN_BODY_BYTES} is refused before sending, with the status 400 that
 * RunPod would return.
 */
export function createRunPodProvider(options: RunPodProviderOptions): Provider {
  const exchangeOptions: ExchangeOptions = {
    apiKey: options.apiKey,
    timeoutMs: options.timeoutMs ?? 30_000,
  };
  const baseUrl = (options.baseUrl ?? RUNPOD_BASE_URL).replace(/\/+$/, '');
  const secrets = [options.apiKey, ...(options.secrets ?? [])];
  const redact = createRedactor(secrets);
  const request = (method: Call['method'], endpointId: string, path: string): Promise<Exchange> =>
    isRunId(endpointId)
      ? exchange(exchangeOptions, { method, url: `${baseUrl}/${endpointId}/${path}` })
      : Promise.resolve({ kind: 'unsendable', scope: 'endpoint', message: INVALID_ENDPOINT_ID });

  return {
    async submit(submission, canSend) {
      const body = toRequestBody(submission);
      const refusal = refuseUnsent(submission, body);
      if (refusal) return refusal;
      const answer = await exchange(exchangeOptions, {
        method: 'POST',
        url: `${baseUrl}/${submission.endpointId}/run`,
        ...(body === undefined ? {} : { body }),
        ...(canSend === undefined ? {} : { canSend }),
      });
      return readSubmission(answer, createRedactor([...secrets, ...listUrlSecrets(submission.webhookUrl)]));
    },
    async observe(endpointId, runId) {
      if (!isRunId(runId)) return { kind: 'missing' };
      return readObservation(await request('GET', endpointId, `status/${runId}`), runId, redact);
    },
    async cancel(endpointId, runId): Promise<CancelResult> {
      if (!isRunId(runId)) return { kind: 'missing' };
      return readCancel(await request('POST', endpointId, `cancel/${runId}`), runId, redact);
    },
    async health(endpointId) {
      return readHealth(await request('GET', endpointId, 'health'), redact);
    },
  };
}

/** Only an answer about a job confirms the cancel; an error in a 200 does not. */
function readCancel(exchanged: Exchange, runId: string, redact: Redact): CancelResult {
  const result = toJsonAnswer(exchanged, redact);
  if (result.kind !== 'answered') return result;
  const job = readJob(result.json);
  if (job?.id === runId || job?.status !== undefined) return { kind: 'acknowledged' };
  return { kind: 'unavailable', message: redact(`RunPod did not confirm: ${toErrorText(job?.error)}`) };
}

/** A webhook URL and its token. */
function listUrlSecrets(url: string | undefined): readonly string[] {
  return url === undefined ? [] : [url, new URLSearchParams(url.split('?')[1]).get('token') ?? ''];
}

/** The body of `/run`. It always holds `policy`, because RunPod's default timeouts would end a training. */
function toRequestBody({ input, webhookUrl, executionTimeoutMs, ttlMs }: Submission): string | undefined {
  try {
    return JSON.stringify({
      input,
      ...(webhookUrl === undefined ? {} : { webhook: webhookUrl }),
      policy: { executionTimeout: executionTimeoutMs, ttl: ttlMs },
    });
  } catch {
    return undefined;
  }
}

const INVALID_ENDPOINT_ID =
  'the endpoint id may hold letters, digits, - and _ only: set MODEL_TRAINING_RUNPOD_ENDPOINT_ID to the id, not to the URL, and restart';

/** Refuses a request that RunPod could not accept. An invalid endpoint id concerns every request, not this one alone. */
function refuseUnsent({ endpointId }: Submission, body: string | undefined): SubmitResult | undefined {
  if (!isRunId(endpointId)) return { kind: 'refused', scope: 'endpoint', message: INVALID_ENDPOINT_ID };
  const refuse = (message: string): SubmitResult => ({
    kind: 'refused',
    scope: 'request',
    httpStatus: 400,
    message,
  });
  if (body === undefined) return refuse('the input is not JSON');
  const bytes = Buffer.byteLength(body);
  return bytes > LONGEST_RUN_BODY_BYTES
    ? refuse(`the request has ${bytes} bytes, above RunPod's limit of ${LONGEST_RUN_BODY_BYTES}`)
    : undefined;
}
