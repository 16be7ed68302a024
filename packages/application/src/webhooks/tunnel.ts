import { TunnelError } from '../errors.ts';
import type { Log } from '../ports/clock.ts';
import {
  ADDRESS_HELD_MS,
  type OpenTunnel,
  type PublicAddress,
  type Tunnels,
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

export interface TunnelParts {
  readonly tunnels: Tunnels;
  readonly address: PublicAddress;
  readonly log: Log;
  /** Where webhooks are listened for, and nothing else; listens when first asked. */
  readonly target: () => Promise<TunnelTarget>;
  /** Real ms. */
  readonly renewEveryMs?: number;
}

interface Held {
  readonly tunnel: OpenTunnel;
  readonly renewing: ReturnType<typeof setInterval>;
}

/** A tunnel that is not yet up, kept by this process once it is. */
export const createTunnel = (parts: TunnelParts): Tunnel => {
  const { tunnels, address, log, renewEveryMs = ADDRESS_HELD_MS / 3 } = parts;
  let held: Held | undefined;
  let starting: Promise<void> | undefined;

  const drop = async (): Promise<void> => {
    const mine = held;
    held = undefined;
    if (!mine) return;
    clearInterval(mine.renewing);
    await mine.tunnel.close().catch((error: unknown) => log.warn('tunnel_close_failed', { error }));
    log.info('tunnel_closed', { url: mine.tunnel.url });
  };
  const renew = async (url: string): Promise<void> => {
    try {
      if (!(await address.renew(url))) await drop();
    } catch (error) {
      log.warn('tunnel_address_not_renewed', { url, error });
    }
  };
  const hold = (tunnel: OpenTunnel): void => {
    const renewing = setInterval(() => void renew(tunnel.url), renewEveryMs);
    renewing.unref();
    held = { tunnel, renewing };
    log.info('tunnel_opened', { url: tunnel.url });
  };
  const open = async (): Promise<void> => {
    if (tunnels.missing !== undefined) throw new TunnelError('tunnel_not_configured', tunnels.missing);
    if ((await address.read()) !== undefined) return;
    const tunnel = await tunnels.open(await parts.target());
    const holder = await address.claim(tunnel.url).catch(() => undefined);
    if (holder === tunnel.url) return hold(tunnel);
    await tunnel.close();
    if (holder === undefined)
      throw new TunnelError('tunnel_failed', 'its address could not be told to the other processes');
  };
  const status = async (): Promise<TunnelStatus> => {
    const url = await address.read();
    return { running: url !== undefined, url, missing: tunnels.missing };
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
      await address.clear();
      await drop();
      return status();
    },
    close: async () => {
      await starting?.catch(() => undefined);
      if (held) await address.clear().catch(() => undefined);
      await drop();
    },
  };
};
