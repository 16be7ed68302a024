/**
 * BullMQ's answers that mean «somebody else was first: read again» (DESIGN §4 rule 6): the job is gone (-1), has no
 * lock (-2), is in another state (-3), or is locked by another (-6).
 */
const LOST_LOCK_CODES: ReadonlySet<unknown> = new Set([-1, -2, -3, -6]);

/** Runs a move of a job; that the job was moved already is no fault. */
export async function ignoringLostLock(move: () => Promise<unknown>): Promise<void> {
  try {
    await move();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && LOST_LOCK_CODES.has(error.code))) throw error;
  }
}
