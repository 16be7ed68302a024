/** A caller's Idempotency-Key with the fingerprint of the request body. */
export interface IdempotencyClaim {
  readonly key: string;
  readonly fingerprint: string;
}

/** A response as it is replayed. It holds no secret. */
export interface SavedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The result of {@link IdempotencyClaims.claim}. */
export type ClaimResult =
  /** Claimed by this call. `interrupted`: an earlier owner crashed or saved no response. */
  | { readonly kind: 'claimed'; readonly owner: string; readonly interrupted: boolean }
  | { readonly kind: 'replayed'; readonly response: SavedResponse }
  /** The first call has not finished. */
  | { readonly kind: 'in_flight' }
  /** Same key, different request. */
  | { readonly kind: 'conflict' };

/**
 * Idempotency-Keys of calls whose effect and claim are not a single atomic write. A key is kept for 24 h; a claim without a
 * response can be claimed again after 60 s, or at once after `markInterrupted`. Every method throws
 * StoreUnavailableError.
 */
export interface IdempotencyClaims {
  claim(claim: IdempotencyClaim): Promise<ClaimResult>;
  /**
   * Saves a note for later calls with this key, so that they recognize the effect of the first call.
   * @returns the saved note: the given note, or that of an earlier call
   */
  getOrSaveNote(key: string, note: string): Promise<string>;
  /** Saves the response of the call that owns the claim. */
  saveResponse(key: string, owner: string, response: SavedResponse): Promise<void>;
  /** Deletes the claim of a call without an effect. */
  release(key: string, owner: string): Promise<void>;
  /** Ends the claim of a call with an unknown effect; the next call with this key is `interrupted`. */
  markInterrupted(key: string, owner: string): Promise<void>;
}
