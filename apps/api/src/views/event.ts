import type { EventRecord } from '@trainyard/application';
import { iso } from './time.ts';

/** An event of a training as the API tells it. */
export const eventView = ({ at, detail, ...event }: EventRecord) => ({
  ...event,
  at: iso(at),
  detail: { ...detail },
});
