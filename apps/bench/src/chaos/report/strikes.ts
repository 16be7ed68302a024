import type { Evidence, Strike } from '../record/evidence.ts';

/** The faults that really struck: one that waited for a call that never came is none. */
export const strikesIn = ({
  strikes,
  provider,
}: Pick<Evidence, 'strikes' | 'provider'>): readonly Strike[] => {
  const hits = new Set(provider.map(({ tag }) => tag));
  return strikes.filter(({ struck, tags = [] }) => struck && tags.every((tag) => hits.has(tag)));
};
