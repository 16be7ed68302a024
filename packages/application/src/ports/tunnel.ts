/** Where on this machine a tunnel leads. */
export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
}

/** A tunnel that is up. */
export interface OpenTunnel {
  /** Its public address, without a path. */
  readonly url: string;
  close(): Promise<void>;
}

/** Somebody who gives a machine a public address. */
export interface TunnelProvider {
  /** What is missing before a tunnel could be opened, in words; undefined when nothing is. */
  readonly missing?: string;
  /** Opens a tunnel. Throws TunnelError. */
  open(target: TunnelTarget): Promise<OpenTunnel>;
}

/** The public address that all processes use for later submissions; whoever holds it must keep saying so. */
export interface PublicUrlLease {
  /** The address just now. Throws StoreUnavailableError. */
  read(): Promise<string | undefined>;
  /** Takes the place for an address. @returns the address that has it now: this one, or somebody's before */
  acquire(url: string): Promise<string>;
  /** Says that the tunnel is still up. @returns whether the address still has the place */
  renew(url: string): Promise<boolean>;
  /** Gives the place up, whoever has it. */
  clear(): Promise<void>;
}

/** How long an address counts without being renewed, in real ms: its process may have died. */
export const PUBLIC_URL_LEASE_MS = 30_000;
