import { TunnelError } from '../errors.ts';
import type { Log } from '../ports/clock.ts';
import {
  type OpenTunnel,
  PUBLIC_URL_LEASE_MS,
  type PublicUrlLease,
  type TunnelProvider,
  type TunnelTarget,
} from '../ports/tunnel.ts';

/** Whether there is a tunnel, whichever process holds it. */
export interface TunnelStatus {
  readonly running: boolean;
  readonly url: string | undefined;
  /** What is missing before one could be started, in words. */
  readonly missing: string | undefined;
}

/** One tunnel for all processes: started on demand, used by every later submission (SPEC §11). */
export interface Tunnel {
  status(): Promise<TunnelStatus>;
  /** Starts it, or names the one that is up. Throws TunnelError. */
  start(): Promise<TunnelStatus>;
  /** Stops it, also when another process holds it: that one notices soon. */
  stop(): Promise<TunnelStatus>;
  /** Ends what this process holds. */
  close(): Promise<void>;
}

export interface TunnelDeps {
  readonly provider: TunnelProvider;
  readonly lease: PublicUrlLease;
  readonly log: Log;
  /** Where webhooks are listened for, and nothing else; listens when first asked. */
  readonly target: () => Promise<TunnelTarget>;
  /** Real ms. */
  readonly renewEveryMs?: number;
}

interface ActiveTunnel {
  readonly tunnel: OpenTunnel;
  readonly renewing: ReturnType<typeof setInterval>;
}

/** A tunnel that is not yet up, kept by this process once it is. */
export function createTunnel(parts: TunnelDeps): Tunnel {
  const { provider, lease, log, renewEveryMs = PUBLIC_URL_LEASE_MS / 3 } = parts;
  let active: ActiveTunnel | undefined;
  let starting: Promise<void> | undefined;

  const drop = async (): Promise<void> => {
    const mine = active;
    active = undefined;
    if (!mine) return;
    clearInterval(mine.renewing);
    await mine.tunnel.close().catch((error: unknown) => log.warn('tunnel_close_failed', { error }));
    log.info('tunnel_closed', { url: mine.tunnel.url });
  };
  const renew = async (url: string): Promise<void> => {
    try {
      if (!(await lease.renew(url))) await drop();
    } catch (error) {
      log.warn('tunnel_lease_not_renewed', { url, error });
    }
  };
  const hold = (tunnel: OpenTunnel): void => {
    const renewing = setInterval(() => void renew(tunnel.url), renewEveryMs);
    renewing.unref();
    active = { tunnel, renewing };
    log.info('tunnel_opened', { url: tunnel.url });
  };
  const open = async (): Promise<void> => {
    if (provider.missing !== undefined) throw new TunnelError('tunnel_not_configured', provider.missing);
    if ((await lease.read()) !== undefined) return;
    const tunnel = await provider.open(await parts.target());
    const holder = await lease.acquire(tunnel.url).catch(() => undefined);
    if (holder === tunnel.url) return hold(tunnel);
    await tunnel.close();
    if (holder === undefined)
      throw new TunnelError('tunnel_failed', 'its address could not be told to the other processes');
  };
  const status = async (): Promise<TunnelStatus> => {
    const url = await lease.read();
    return { running: url !== undefined, url, missing: provider.missing };
  };
  return {
    status,
    start: async () => {
      starting ??= open().finally(() => {
        starting = undefined;
      });
      await starting;
      return status();
    },
    stop: async () => {
      await lease.clear();
      await drop();
      return status();
    },
    close: async () => {
      await starting?.catch(() => undefined);
      if (active) await lease.clear().catch(() => undefined);
      await drop();
    },
  };
}
