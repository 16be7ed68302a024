/** Formats a time as ISO 8601 in UTC. @param at epoch ms */
export function toIso(at: number): string {
  return new Date(at).toISOString();
}

/** Formats a time as ISO 8601 in UTC, or null when it is undefined. @param at epoch ms */
export function toIsoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : toIso(at);
}
