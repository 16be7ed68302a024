import { ERROR_PATTERNS } from './error-patterns.ts';
import type { Failure } from './failure.ts';

/** A run's unhappy end as the provider told it: our word for its status, and whatever error text came with it. */
export interface FailedRun {
  readonly status: 'failed' | 'timed_out' | 'cancelled';
  readonly message: string;
}

const LONGEST_MESSAGE = 2_000;

/**
 * Names the class of a failure from its status and its error text (SPEC §2). Total: what it does not know is
 * `unknown` with the text as it came. Known texts are said in plain words with the original in brackets.
 * A `timed_out` run is always of class `timeout`; its code tells a run that nobody took (`never_started`) from one
 * that ran too long, where the text says so. A used-up timeout is a timeout even when the provider calls it failed.
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
