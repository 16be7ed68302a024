import { TunnelError } from '../errors.ts';
import type { Log } from '../ports/clock.ts';
import {
  type OpenTunnel,
  PUBLIC_URL_LEASE_MS,
  type PublicUrlLease,
  type TunnelProvider,
  type TunnelTarget,
} from '../ports/tunnel.ts';

/** The status of the tunnel over all processes. */
export interface TunnelStatus {
  readonly running: boolean;
  readonly url: string | undefined;
  /** The missing setting that prevents a start, as a sentence; undefined when the tunnel is configured. */
  readonly missing: string | undefined;
}

/** The tunnel for webhooks, shared by all processes. Submissions after its start use its URL as webhook address. */
export interface Tunnel {
  status(): Promise<TunnelStatus>;
  /** Starts the tunnel, or returns the status of the running tunnel. Throws TunnelError. */
  start(): Promise<TunnelStatus>;
  /** Stops the tunnel. A tunnel of a different process closes at its next lease renewal, within 1/3 of the lease. */
  stop(): Promise<TunnelStatus>;
  /** Closes the tunnel of this process and clears its lease. */
  close(): Promise<void>;
}

/** The ports of the tunnel. */
export interface TunnelDeps {
  readonly provider: TunnelProvider;
  readonly lease: PublicUrlLease;
  readonly log: Log;
  /** Returns the address of the server that accepts webhooks only; the server starts at the first call. */
  readonly target: () => Promise<TunnelTarget>;
  /** A public URL of this server (`GATEWAY_BASE_URL`). With it a tunnel is not needed, and a start has no effect. */
  readonly publicUrl?: string | undefined;
  /** The interval of lease renewals in real ms; a third of the lease by default. */
  readonly renewEveryMs?: number;
}

/**
 * Creates a stopped tunnel. After `start` this process holds it and renews its lease. A server with a public URL counts as
 * running at that URL.
 */
export function createTunnel(deps: TunnelDeps): Tunnel {
  const { provider, lease } = deps;
  const holder = createTunnelHolder(deps);
  let starting: Promise<void> | undefined;
  const status = async (): Promise<TunnelStatus> => {
    const url = (await lease.read()) ?? deps.publicUrl;
    return { running: url !== undefined, url, missing: provider.missing };
  };
  return {
    status,
    start: async () => {
      if (deps.publicUrl !== undefined) return status();
      starting ??= acquireTunnel(deps)
        .then((tunnel) => tunnel && holder.hold(tunnel))
        .finally(() => {
          starting = undefined;
        });
      await starting;
      return status();
    },
    stop: async () => {
      await lease.clear();
      await holder.drop();
      return status();
    },
    close: async () => {
      await starting?.catch(() => undefined);
      if (holder.isHolding()) await lease.clear().catch(() => undefined);
      await holder.drop();
    },
  };
}

/** Opens a tunnel and acquires the lease. Undefined when a process holds the lease already, at the start or meanwhile. */
async function acquireTunnel({ provider, lease, target }: TunnelDeps): Promise<OpenTunnel | undefined> {
  if (provider.missing !== undefined) throw new TunnelError('tunnel_not_configured', provider.missing);
  if ((await lease.read()) !== undefined) return undefined;
  const tunnel = await provider.open(await target());
  const holderUrl = await lease.acquire(tunnel.url).catch(() => undefined);
  if (holderUrl === tunnel.url) return tunnel;
  await tunnel.close();
  if (holderUrl === undefined)
    throw new TunnelError('tunnel_failed', 'its URL could not be saved in Redis for the other processes');
  return undefined;
}

/** The tunnel that this process holds, with the renewal of its lease. A lost lease closes the tunnel. */
interface TunnelHolder {
  hold(tunnel: OpenTunnel): void;
  drop(): Promise<void>;
  isHolding(): boolean;
}

function createTunnelHolder({
  lease,
  log,
  renewEveryMs = PUBLIC_URL_LEASE_MS / 3,
}: Pick<TunnelDeps, 'lease' | 'log' | 'renewEveryMs'>): TunnelHolder {
  let held: { readonly tunnel: OpenTunnel; readonly renewing: NodeJS.Timeout } | undefined;
  const drop = async (): Promise<void> => {
    const current = held;
    held = undefined;
    if (!current) return;
    clearInterval(current.renewing);
    await current.tunnel.close().catch((error: unknown) => log.warn('tunnel_close_failed', { error }));
    log.info('tunnel_closed', { url: current.tunnel.url });
  };
  const renew = async (url: string): Promise<void> => {
    try {
      if (!(await lease.renew(url))) await drop();
    } catch (error) {
      log.warn('tunnel_lease_not_renewed', { url, error });
    }
  };
  return {
    drop,
    isHolding: () => held !== undefined,
    hold: (tunnel) => {
      const renewing = setInterval(() => void renew(tunnel.url), renewEveryMs);
      renewing.unref();
      held = { tunnel, renewing };
      log.info('tunnel_opened', { url: tunnel.url });
    },
  };
}
