import type { Attempt } from '@trainyard/domain';
import type { Deps } from '../deps.ts';

/** Both clocks are read at slightly different moments, and the slot was taken a little after the start was stamped. */
const NEARLY = 0.9;

/** A span that must be over before a run may be given up, stopped or doubted. */
export interface Span {
  readonly since: number;
  readonly lastsMs: number;
}

/** Whose slot tells how much time has passed. */
interface Holder {
  readonly id: string;
  readonly attempt: Pick<Attempt, 'startedAt'>;
}

/**
 * Whether a span of an attempt's life is over, by our clock and by the record's own, which knows since when the slot
 * has been held: a clock that jumps alone ends nobody's run (I1, I8). A span that began later than the attempt needs a
 * slot that was held for so much longer. What was put back after a loss of Redis has our clock only.
 */
export const isOver = async (
  deps: Pick<Deps, 'store' | 'clock'>,
  { id, attempt }: Holder,
  { since, lastsMs }: Span,
): Promise<boolean> => {
  if (deps.clock.now() - since <= lastsMs) return false;
  const heldRealMs = await deps.store.slotHeldForMs(id);
  const beganMs = Math.max(0, since - attempt.startedAt);
  return heldRealMs === undefined || heldRealMs >= deps.clock.realMs(beganMs + lastsMs * NEARLY);
};

/** Until `dead_by`: the ttl that was sent, and a grace. */
export const lifeOf = ({ startedAt, deadBy }: Attempt): Span => ({
  since: startedAt,
  lastsMs: deadBy - startedAt,
});
