import { getBudgetStop } from '../budgets/budgets.ts';
import type { Deps } from '../deps.ts';

/** Why nothing is taken from the line just now, for whoever waits in it: a pause, the gate or a budget. */
export async function getWaitingReason(
  deps: Pick<Deps, 'store' | 'budgets' | 'settings' | 'clock'>,
): Promise<string | undefined> {
  const [{ paused, reason, gate }, stop] = await Promise.all([deps.store.getControl(), getBudgetStop(deps)]);
  if (paused) return reason === undefined ? 'paused' : `paused: ${reason}`;
  return gate?.reason ?? stop?.reason;
}
