import type { Deps } from '../deps.ts';
import { ANNOUNCE } from '../ports/notifications.ts';
import { type AnnounceDeps, announce } from './create-deliveries.ts';
import { type DeliverDeps, deliver } from './deliver.ts';

/** How long the log of deliveries goes back. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** Runs one errand of messages. @returns after how many ms it is due again; undefined for never */
export const runMessageErrand = (
  deps: AnnounceDeps & DeliverDeps,
  errand: string,
): Promise<number | undefined> => (errand === ANNOUNCE ? announce(deps) : deliver(deps, errand));

/** Asks again for what is to be told and to be sent, whatever errand was lost (DESIGN §3), and forgets what is old. */
export const sweepMessages = async (
  deps: Pick<Deps, 'deliveries' | 'messageErrands' | 'clock'>,
): Promise<void> => {
  const now = deps.clock.now();
  const nextNewsAt = await deps.deliveries.nextNewsAt();
  if (nextNewsAt !== undefined)
    await deps.messageErrands.look(ANNOUNCE, { delayMs: Math.max(0, nextNewsAt - now) });
  for (const lane of await deps.deliveries.lanes()) {
    const dueAt = await deps.deliveries.nextDueAt(lane);
    if (dueAt !== undefined) await deps.messageErrands.look(lane, { delayMs: Math.max(0, dueAt - now) });
  }
  await deps.deliveries.forget(now - KEPT_MS);
};
