import { omitUndefined } from '@trainyard/domain';
import { withoutQueries } from './http/redact.ts';
import { toErrorText } from './reading/error.ts';
import { readJob } from './reading/job.ts';
import { unwrapJson } from './reading/values.ts';

const MAX_STORED_BYTES = 64 * 1024;

/**
 * What is kept of a webhook's body (SPEC §5.3): never `input` or `webhook`, which echo the request with its token, and
 * no query of a URL, which may be a signature.
 * A hint only (I6); the run is asked before anything is believed.
 */
export interface ParsedWebhook {
  readonly runId?: string;
  /** RunPod's own word, e.g. `COMPLETED`; `success` or `failed` when the container itself calls. */
  readonly status?: string;
  readonly delayMs?: number;
  readonly executionMs?: number;
  /** The output as JSON text, cut to 64 KiB. */
  readonly output?: string;
  /** The error's words, cut to 64 KiB. */
  readonly error?: string;
}

/** Reads a webhook's body. Never throws: what is no job object gives an empty note. Pure. */
export function parseWebhook(body: unknown): ParsedWebhook {
  const job = readJob(unwrapJson(body));
  if (!job) return {};
  return omitUndefined({
    runId: job.id,
    status: job.status,
    delayMs: job.delayMs,
    executionMs: job.executionMs,
    output: job.output === undefined ? undefined : truncate(withoutQueries(toJsonText(job.output))),
    error: truncate(withoutQueries(toErrorText(job.error))) || undefined,
  });
}

/** JSON nested too deep to be written again is no output worth keeping. */
function toJsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '«unwritable»';
  }
}

function truncate(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_STORED_BYTES) return text;
  return bytes
    .subarray(0, MAX_STORED_BYTES)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
