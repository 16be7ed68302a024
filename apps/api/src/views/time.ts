/** A moment as ISO 8601. @param at epoch ms */
export const toIso = (at: number): string => new Date(at).toISOString();

/** Likewise for one that may not have come. */
export const toIsoOrNull = (at: number | undefined): string | null => (at === undefined ? null : toIso(at));
