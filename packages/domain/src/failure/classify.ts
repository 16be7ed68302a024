import { ERROR_PATTERNS, type ErrorPattern } from './error-patterns.ts';
import type { Failure } from './failure.ts';

/** The unsuccessful end of a run as the provider reported it: its state, and the error text. */
export interface FailedRun {
  readonly status: 'failed' | 'timed_out' | 'cancelled';
  readonly message: string;
}

const LONGEST_MESSAGE = 2_000;
/** Characters of a longer text that are read at each of its ends. */
const LONGEST_PART = 32_768;

/**
 * Classifies a failure by its state and its error text. Total: an unknown text has class `unknown` and is returned
 * unchanged; a known text is returned as a description with the original in brackets; at most 2 000 characters.
 * `redact` removes secrets from the returned text and may cut it; the whole text is classified.
 * Case, nesting in JSON strings and text around the error do not change the class.
 * A `timed_out` run always has class `timeout`; when the text allows it, its code distinguishes a run that no worker
 * started (`never_started`) from a run that exceeded its execution timeout. An exceeded timeout is a timeout even when
 * the provider reports the run as failed. The lifecycle corrects both by the execution time.
 */
export function classifyFailure(
  { status, message }: FailedRun,
  redact: (text: string) => string = (text) => text,
): Failure {
  const text = redact(message).trim();
  if (status === 'cancelled')
    return { class: 'unknown', code: 'cancelled', message: formatMessage('the run was cancelled', text) };
  const known = findPattern(cutMiddle(message));
  if (status === 'timed_out') {
    const timeout = known?.class === 'timeout' ? known : undefined;
    return {
      class: 'timeout',
      code: timeout?.code ?? 'timed_out',
      message: formatMessage(timeout?.description ?? 'the run timed out', text),
    };
  }
  if (known) return { class: known.class, code: known.code, message: formatMessage(known.description, text) };
  return { class: 'unknown', code: 'unknown', message: formatMessage('', text) };
}

function cutMiddle(text: string): string {
  return text.length <= 2 * LONGEST_PART
    ? text
    : `${text.slice(0, LONGEST_PART)}\n…\n${text.slice(-LONGEST_PART)}`;
}

/** Errors arrive as JSON in JSON strings, and with the quotation marks and spaces of a terminal or a document. */
function normalizeText(text: string): string {
  return text
    .replace(/\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\+[nr]/gi, '\n')
    .replace(/\\+(["'/])/g, '$1')
    .replace(/[\u2018\u2019\u00b4`]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/(?!\n)[\s\p{Cc}]+/gu, ' ');
}

function findPattern(text: string): ErrorPattern | undefined {
  const normalized = normalizeText(text);
  return ERROR_PATTERNS.find(({ pattern }) => pattern.test(normalized));
}

function formatMessage(description: string, text: string): string {
  if (text === '') return description === '' ? 'the run failed without giving a reason' : description;
  const message = description === '' ? text : `${description} (${text})`;
  return message.length <= LONGEST_MESSAGE
    ? message
    : `${message.slice(0, LONGEST_MESSAGE - 1).toWellFormed()}…`;
}
