/** A page of a list that is whole in memory. The cursor is the id of the last one shown. */
export const pageOf = <T extends { readonly id: string }>(
  all: readonly T[],
  asked: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): { readonly items: readonly T[]; readonly nextCursor: string | null } => {
  const after = asked.cursor === undefined ? -1 : all.findIndex(({ id }) => id === asked.cursor);
  const rest = all.slice(after + 1);
  const items = rest.slice(0, asked.limit ?? rest.length);
  const more = items.length < rest.length;
  return { items, nextCursor: more ? (items.at(-1)?.id ?? null) : null };
};
