import type { IdempotencyClaim } from './training-store.ts';

/** An answer as it is given again. Nothing secret may stand in it. */
export interface SavedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of a claim: it is ours now, or whose it is. */
export type ClaimResult =
  /** Ours; `again`: somebody had it before, and died or gave no answer that could be kept. */
  | { readonly kind: 'claimed'; readonly owner: string; readonly interrupted: boolean }
  | { readonly kind: 'replayed'; readonly response: SavedResponse }
  /** The first call is still under way. */
  | { readonly kind: 'in_flight' }
  /** Same key, other request. */
  | { readonly kind: 'conflict' };

/**
 * Idempotency-Keys of calls that are not claimed in the script of their effect (SPEC §5). Kept 24 h; a claim without
 * an answer is free again a minute after its owner was last heard of, or at once when it was left.
 */
export interface IdempotencyClaims {
  claim(claim: IdempotencyClaim): Promise<ClaimResult>;
  /**
   * What the first call with this key noted for those after it, so that its effect is known again: this, when none did.
   */
  getOrSaveNote(key: string, note: string): Promise<string>;
  /** Keeps the answer of the call that made the claim. */
  saveResponse(key: string, owner: string, response: SavedResponse): Promise<void>;
  /** The call did nothing: its key is as new. */
  release(key: string, owner: string): Promise<void>;
  /** The call ended and nobody knows what it did; the next one with this key is told `again`. */
  markInterrupted(key: string, owner: string): Promise<void>;
}
