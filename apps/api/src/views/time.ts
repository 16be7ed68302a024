/** A moment as ISO 8601. @param at epoch ms */
export function toIso(at: number): string {
  return new Date(at).toISOString();
}

/** Likewise for one that may not have come. */
export function toIsoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : toIso(at);
}
