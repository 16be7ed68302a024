import { formatInZone as formatEpochInZone, getOwnZone } from '@trainyard/client/report';

export { getOwnZone } from '@trainyard/client/report';

/** Formats a time as `Tue 1 Dec 02:00` in a zone. @param iso ISO 8601 */
export function formatInZone(iso: string, zone: string): string {
  return formatEpochInZone(Date.parse(iso), zone);
}

/** Formats a time as `Tue 1 Dec 02:00` in the zone of the browser. @param iso ISO 8601 */
export function formatMoment(iso: string): string {
  return formatInZone(iso, getOwnZone());
}
