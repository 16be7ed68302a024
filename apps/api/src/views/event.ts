import type { EventRecord } from '@trainyard/application';
import { toIso } from './time.ts';

/** An event of a training as the API tells it. */
export function toEventView({ at, detail, ...event }: EventRecord) {
  return {
    ...event,
    at: toIso(at),
    detail: { ...detail },
  };
}
