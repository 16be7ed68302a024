import type { Deps } from '../deps.ts';
import { DeliveryNotFoundError, InvalidRequestError } from '../errors.ts';
import type { Delivery } from '../ports/notifications/deliveries.ts';
import { TEST_MESSAGE_TYPE } from '../ports/notifications/index.ts';
import { createDelivery, resetDelivery, toDeliveryId } from './deliver.ts';
import { toPayload } from './payload.ts';

type RequestDeps = Pick<Deps, 'deliveries' | 'messenger' | 'deliveryJobs' | 'clock' | 'ids'>;

/**
 * Sends a delivery again, immediately and with a new retry period of 24 h, under its own id. Throws
 * DeliveryNotFoundError.
 */
export async function redeliver(deps: Omit<RequestDeps, 'ids' | 'messenger'>, id: string): Promise<Delivery> {
  for (;;) {
    const known = await deps.deliveries.load(id);
    if (!known) throw new DeliveryNotFoundError(id);
    const again = resetDelivery(known, deps.clock.now());
    if ((await deps.deliveries.save(again)) === 'stale') continue;
    await deps.deliveryJobs.runNow(again.channel);
    return again;
  }
}

/**
 * Sends a test message to every destination of the settings, or only to `destination`, so that an operator
 * can verify its arrival. Throws InvalidRequestError for an unknown destination, and if the settings define
 * none.
 */
export async function sendTestNotifications(
  deps: RequestDeps,
  destination?: string,
): Promise<readonly Delivery[]> {
  const known = deps.messenger.destinations.map(({ name }) => name);
  const chosen = known.filter((name) => destination === undefined || name === destination);
  if (chosen.length === 0)
    throw new InvalidRequestError([
      {
        path: 'destination',
        message: known.length === 0 ? 'the settings define no destinations' : 'is not a known destination',
        ...(destination !== undefined && { value: destination }),
        ...(known.length > 0 && { bound: known.join(', ') }),
      },
    ]);
  const notification = { id: `test.${deps.ids.nonce()}`, at: deps.clock.now() };
  const body = toPayload(TEST_MESSAGE_TYPE, notification.at, {
    message: 'This is a test message from Trainyard.',
  });
  const deliveries = chosen.map((name) =>
    createDelivery(
      {
        id: toDeliveryId(notification, name),
        destination: name,
        channel: name,
        type: TEST_MESSAGE_TYPE,
        body,
      },
      notification.at,
    ),
  );
  for (const delivery of deliveries) {
    await deps.deliveries.create(delivery);
    await deps.deliveryJobs.runNow(delivery.channel);
  }
  return deliveries;
}
