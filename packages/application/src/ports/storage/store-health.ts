/** A fault of the object store in its own words (code and message), and when it was first seen, epoch ms. */
export interface StoreFault {
  readonly reason: string;
  readonly since: number;
}

/** The health of the object store (docs/failure-modes/object-store.md). */
export interface StoreHealth {
  /** Whether this process has verified the conditional writes of the store; until then its conditional writes fail. */
  hasPassed(): boolean;
  /** The fault that the calls of this process met last; undefined once a call of the same kind succeeded. */
  ownFault(): StoreFault | undefined;
  /** The fault of this process, else that of any other process. Throws StoreUnavailableError. */
  readFault(): Promise<StoreFault | undefined>;
}

/** The fault that a process shares with all others. Every method throws StoreUnavailableError. */
export interface SharedStoreFault {
  read(): Promise<StoreFault | undefined>;
  /** Shares the fault for 60 s. */
  report(fault: StoreFault): Promise<void>;
  clear(): Promise<void>;
}

/** How long a shared fault lasts unless it is reported again, in ms: its process may have ended meanwhile. */
export const SHARED_STORE_FAULT_MS = 60_000;
