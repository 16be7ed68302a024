import type { Evidence, InjectionRecord } from '../evidence/evidence.ts';

/** The faults that really struck: one that waited for a call that never came is none. */
export function findEffectiveInjections({
  injections,
  provider,
}: Pick<Evidence, 'injections' | 'provider'>): readonly InjectionRecord[] {
  const hits = new Set(provider.map(({ tag }) => tag));
  return injections.filter(({ injected, tags = [] }) => injected && tags.every((tag) => hits.has(tag)));
}
