/** A moment as ISO 8601. @param at epoch ms */
export const iso = (at: number): string => new Date(at).toISOString();

/** Likewise for one that may not have come. */
export const isoOrNull = (at: number | undefined): string | null => (at === undefined ? null : iso(at));
