import { randomUUID } from 'node:crypto';
import type {
  ClaimResult,
  IdempotencyClaim,
  IdempotencyClaims,
} from '../../../ports/training-store/index.ts';
import type { MemoryClaim, MemoryState } from './data.ts';

const LEASE_MS = 60_000;

/** Creates the idempotency claims of calls. Keys are shared with accepted trainings; they are kept as long as the data. */
export function createMemoryClaims({
  state,
  now,
}: {
  readonly state: MemoryState;
  readonly now: () => number;
}): IdempotencyClaims {
  const change = (key: string, owner: string, fields: Partial<MemoryClaim> | undefined): void => {
    const { claims } = state.data;
    const claim = claims.get(key);
    if (claim?.owner !== owner) return;
    if (fields) claims.set(key, { ...claim, ...fields });
    else claims.delete(key);
  };
  return {
    claim: async (claim) => claimKey(state, claim, now()),
    getOrSaveNote: async (key, note) => {
      const claim = state.data.claims.get(key);
      if (!claim) return note;
      const saved = claim.note ?? note;
      state.data.claims.set(key, { ...claim, note: saved });
      return saved;
    },
    saveResponse: async (key, owner, response) => change(key, owner, { response: structuredClone(response) }),
    release: async (key, owner) => change(key, owner, undefined),
    markInterrupted: async (key, owner) => change(key, owner, { until: 0 }),
  };
}

function claimKey({ data }: MemoryState, { key, fingerprint }: IdempotencyClaim, now: number): ClaimResult {
  const known = data.claims.get(key);
  if (known && known.fingerprint !== fingerprint) return { kind: 'conflict' };
  if (known?.response) return { kind: 'replayed', response: structuredClone(known.response) };
  if (known && (known.until ?? 0) > now) return { kind: 'in_flight' };
  const owner = randomUUID();
  data.claims.set(key, { ...known, fingerprint, owner, until: now + LEASE_MS });
  return { kind: 'claimed', owner, interrupted: known !== undefined };
}
