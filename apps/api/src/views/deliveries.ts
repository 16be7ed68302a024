import type { Delivery } from '@trainyard/application';
import type { DeliveryView } from '@trainyard/contracts';
import { toIso, toIsoOrNull } from './training.ts';

/** Renders a delivery. Its URL is left out, because it may contain a secret. */
export function toDeliveryView(delivery: Delivery): DeliveryView {
  return {
    id: delivery.id,
    type: delivery.type,
    destination: delivery.destination,
    state: delivery.state,
    training_id: delivery.trainingId ?? null,
    batch_id: delivery.batchId ?? null,
    created_at: toIso(delivery.createdAt),
    next_at: toIsoOrNull(delivery.nextAt),
    body: { ...delivery.body },
    tries: delivery.tries.map(toTryView),
  };
}

function toTryView({ at, outcome, status, reason, durationMs }: Delivery['tries'][number]) {
  return {
    at: toIso(at),
    outcome,
    status: status ?? null,
    reason: reason ?? null,
    duration_ms: durationMs,
  };
}
