import type { Deps } from '../deps.ts';
import type { WebhookNote } from '../ports/training-store.ts';

/**
 * Keeps a webhook durably and brings the look at its training forward; nothing in it is believed (I6).
 * What comes for an unknown or ended training changes nothing.
 */
export const noteWebhook = async (
  deps: Pick<Deps, 'store' | 'errands' | 'clock'>,
  trainingId: string,
  note: Omit<WebhookNote, 'at'>,
): Promise<void> => {
  await deps.store.noteWebhook(trainingId, { ...note, at: deps.clock.now() });
  await deps.errands.hurry(trainingId);
};
