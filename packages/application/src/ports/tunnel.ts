/** The local address of a tunnel. */
export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
}

/** An open tunnel. */
export interface OpenTunnel {
  /** Its public URL, without a path. */
  readonly url: string;
  close(): Promise<void>;
}

/** A service that gives this machine a public URL. */
export interface TunnelProvider {
  /** The missing setting, as a sentence; undefined when the provider is configured. */
  readonly missing?: string;
  /** Opens a tunnel. Throws TunnelError. */
  open(target: TunnelTarget): Promise<OpenTunnel>;
}

/** The lease of the public URL that all processes use for webhooks. Every method throws StoreUnavailableError. */
export interface PublicUrlLease {
  /** The current URL; undefined while no process holds the lease. */
  read(): Promise<string | undefined>;
  /** Acquires the lease for a URL. @returns the URL that holds it: the given URL, or that of an earlier holder */
  acquire(url: string): Promise<string>;
  /** Renews the lease. @returns whether the URL still holds it */
  renew(url: string): Promise<boolean>;
  /** Ends the lease of any holder. */
  clear(): Promise<void>;
}

/** The newest event of the tunnel over all processes. Times are epoch ms. */
export type TunnelEvent =
  | { readonly kind: 'starting' | 'stopped'; readonly at: number }
  | { readonly kind: 'failed'; readonly at: number; readonly reason: string };

/** The newest tunnel that was open. Runs that were submitted in that time carry its URL. Times are epoch ms. */
export interface OpenedTunnel {
  readonly url: string;
  readonly from: number;
  /** Absent while the tunnel is open, and for a tunnel that ended with its process. */
  readonly until?: number;
}

/** The records of the tunnel, shared by all processes. Every method throws StoreUnavailableError. */
export interface TunnelRecords {
  readEvent(): Promise<TunnelEvent | undefined>;
  /** Saves an event. A start expires with the lease duration, so that a crashed start is not shown for ever. */
  saveEvent(event: TunnelEvent): Promise<void>;
  readOpened(): Promise<OpenedTunnel | undefined>;
  saveOpened(opened: OpenedTunnel): Promise<void>;
}

/** The duration of the lease without a renewal, real ms; it ends the lease of a crashed process. */
export const PUBLIC_URL_LEASE_MS = 30_000;
