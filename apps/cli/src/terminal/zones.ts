import { formatInZone, getOwnZone } from '@trainyard/client/report';

/**
 * Formats a time in a zone, and in the zone of the person where that shows a different clock: `Tue 1 Dec 22:00
 * Europe/Berlin (here Tue 1 Dec 21:00 UTC)`. @param at ISO 8601 or epoch ms
 */
export function formatInZones(at: string | number, timeZone: string, ownZone = getOwnZone()): string {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const [there, here] = [formatInZone(ms, timeZone), formatInZone(ms, ownZone)];
  return `${there} ${timeZone}${there === here ? '' : ` (here ${here} ${ownZone})`}`;
}
