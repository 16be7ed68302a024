/** A browser session. The store never holds the API key that it stands for. */
export interface Session {
  /** SHA-256 digest of the API key, in hex. */
  readonly keyDigest: string;
  /** Time of expiry by the clock of the store, epoch ms, real. */
  readonly expiresAt: number;
}

/** Sessions of browsers, shared by all processes. Ids are chosen by the caller. Every method throws StoreUnavailableError. */
export interface SessionStore {
  /**
   * Saves a session. Above {@link MAX_SESSIONS} the oldest sessions end. A repeated call renews the session.
   * @param ttlMs time to live, real ms
   */
  open(id: string, keyDigest: string, ttlMs: number): Promise<Session>;
  /** Finds a session; undefined for an unknown, ended or expired id. */
  find(id: string): Promise<Session | undefined>;
  /** Ends a session; an unknown id has no effect. */
  end(id: string): Promise<void>;
  /** Ends the sessions of all keys but these. @returns how many sessions ended */
  retainKeys(keyDigests: readonly string[]): Promise<number>;
}

/** Sessions that the store keeps at most. */
export const MAX_SESSIONS = 1_000;
