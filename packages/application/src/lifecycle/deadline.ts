import type { Attempt } from '@trainyard/domain';
import type { Clock } from '../ports/clock.ts';

/** A span that must be over before a run may be given up, stopped or doubted. */
export interface Deadline {
  readonly since: number;
  readonly durationMs: number;
}

/** Until `dead_by`: the ttl that was sent, and a grace. */
export function attemptDeadline({ startedAt, attemptDeadline }: Attempt): Deadline {
  return {
    since: startedAt,
    durationMs: attemptDeadline - startedAt,
  };
}

/** Whether it is, by the clock that all processes share. */
export function hasPassed({ clock }: { readonly clock: Clock }, { since, durationMs }: Deadline): boolean {
  return clock.now() - since > durationMs;
}
