import { cleanExternalText } from '@trainyard/application';
import { omitUndefined } from '@trainyard/domain';
import { withoutQueries } from './http/faults.ts';
import { createFieldReader, type FieldText } from './json-fields.ts';
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

/** Maximum lengths of the JSON texts that are kept while a body arrives. */
const MAX_LENGTHS = {
  id: 512,
  status: 512,
  delayTime: 32,
  executionTime: 32,
  output: MAX_STORED_BYTES,
  error: MAX_STORED_BYTES,
} as const;

/**
 * Reads the body of a webhook as it arrives; a body of 20 MiB occupies about 200 KiB. A body that is no job object gives an
 * empty object. Throws the error of the body when it breaks off.
 */
export async function readWebhook(body: AsyncIterable<Uint8Array>): Promise<ParsedWebhook> {
  const reader = createFieldReader(MAX_LENGTHS);
  let isJson = true;
  // The rest of an unreadable body is received too, so that the caller gets an answer.
  for await (const chunk of body) isJson &&= succeeds(() => reader.write(chunk));
  if (!isJson) return {};
  try {
    return toWebhook(reader.end());
  } catch {
    return {};
  }
}

function succeeds(read: () => void): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

function toWebhook(fields: ReadonlyMap<string, FieldText>): ParsedWebhook {
  const whole = [...fields].filter(([, { isCut }]) => !isCut);
  const job = readJob(Object.fromEntries(whole.map(([name, { text }]) => [name, JSON.parse(text)])));
  const output = fields.get('output')?.text;
  return omitUndefined({
    runId: job?.id,
    status: job?.status,
    delayMs: job?.delayMs,
    executionMs: job?.executionMs,
    output: output === undefined || output === 'null' ? undefined : truncate(withoutQueries(output)),
    error:
      truncate(withoutQueries(cleanExternalText(readErrorText(fields, job?.error), MAX_STORED_BYTES))) ||
      undefined,
  });
}

function readErrorText(fields: ReadonlyMap<string, FieldText>, whole: unknown): string {
  const field = fields.get('error');
  return toErrorText(field?.isCut ? toCutText(field.text) : whole);
}

/** The beginning of a cut JSON string, without an escape at its end that may be incomplete; other values stay JSON text. */
function toCutText(text: string): string {
  const value = text.startsWith('"')
    ? unwrapJson(`${text.replace(/(?<!\\)(\\\\)*\\[^\\]{0,4}$/, '$1')}"`)
    : text;
  return typeof value === 'string' ? value : text;
}

function truncate(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_STORED_BYTES) return text.toWellFormed();
  return bytes
    .subarray(0, MAX_STORED_BYTES)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
