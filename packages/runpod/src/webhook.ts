import { cleanExternalText } from '@trainyard/application';
import { omitUndefined } from '@trainyard/domain';
import { withoutQueries } from './http/faults.ts';
import { readJob, toErrorText, unwrapJson } from './reading/job.ts';

const MAX_STORED_BYTES = 64 * 1024;

/**
 * The stored part of a webhook's body, without `input` and `webhook`, which repeat the request with its token, and
 * without queries of URLs, which may be signatures. A webhook is only a hint; the state of the run comes from a poll (I6).
 */
export interface ParsedWebhook {
  readonly runId?: string;
  /** The status as received, e.g. `COMPLETED`; `success` or `failed` in a call of the container itself. */
  readonly status?: string;
  readonly delayMs?: number;
  readonly executionMs?: number;
  /** The output as JSON text, cut to 64 KiB. */
  readonly output?: string;
  /** The error text, cut to 64 KiB. */
  readonly error?: string;
}

/** Parses the body of a webhook. Pure, does not throw: a body without a job object gives an empty object. */
export function parseWebhook(body: unknown): ParsedWebhook {
  const job = readJob(unwrapJson(body));
  if (!job) return {};
  return omitUndefined({
    runId: job.id,
    status: job.status,
    delayMs: job.delayMs,
    executionMs: job.executionMs,
    output: job.output === undefined ? undefined : truncate(withoutQueries(toJsonText(job.output))),
    error: truncate(withoutQueries(cleanExternalText(toErrorText(job.error), MAX_STORED_BYTES))) || undefined,
  });
}

/** Stringifies an output. An output that is nested too deeply for that is replaced by a placeholder. */
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
