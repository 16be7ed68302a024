import type { Attempt } from '@trainyard/domain';
import type { Clock } from '../ports/clock.ts';

/** A span that must be over before a run may be given up, stopped or doubted. */
export interface Span {
  readonly since: number;
  readonly lastsMs: number;
}

/** Whether it is, by the clock that all processes share. */
export const isOver = ({ clock }: { readonly clock: Clock }, { since, lastsMs }: Span): boolean =>
  clock.now() - since > lastsMs;

/** Until `dead_by`: the ttl that was sent, and a grace. */
export const lifeOf = ({ startedAt, attemptDeadline }: Attempt): Span => ({
  since: startedAt,
  lastsMs: attemptDeadline - startedAt,
});
