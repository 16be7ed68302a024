import { ERROR_PATTERNS } from './error-patterns.ts';
import type { Failure } from './failure.ts';

/** The unsuccessful end of a run as the provider reported it: its state, and the error text. */
export interface FailedRun {
  readonly status: 'failed' | 'timed_out' | 'cancelled';
  readonly message: string;
}

const LONGEST_MESSAGE = 2_000;

/**
 * Classifies a failure by its state and its error text. Total: an unknown text has class `unknown` and is returned
 * unchanged; a known text is returned as a description with the original in brackets; at most 2 000 characters.
 * A `timed_out` run always has class `timeout`; when the text allows it, its code distinguishes a run that no worker
 * started (`never_started`) from a run that exceeded its execution timeout. An exceeded timeout is a timeout even when
 * the provider reports the run as failed.
 */
export function classifyFailure({ status, message }: FailedRun): Failure {
  const text = message.trim();
  if (status === 'cancelled')
    return { class: 'unknown', code: 'cancelled', message: formatMessage('the run was cancelled', text) };
  const known = ERROR_PATTERNS.find(({ pattern }) => pattern.test(text));
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

function formatMessage(description: string, text: string): string {
  if (text === '') return description === '' ? 'the run failed without giving a reason' : description;
  const message = description === '' ? text : `${description} (${text})`;
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE - 1)}…`;
}
