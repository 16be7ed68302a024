import { TunnelError } from '../errors.ts';
import type { Log } from '../ports/clock.ts';
import {
  type OpenedTunnel,
  type OpenTunnel,
  PUBLIC_URL_LEASE_MS,
  type PublicUrlLease,
  type TunnelEvent,
  type TunnelProvider,
  type TunnelRecords,
  type TunnelTarget,
} from '../ports/tunnel.ts';

/** The state of the tunnel. `failed`: a start failed, or the tunnel ended without being stopped. */
type TunnelState = 'off' | 'starting' | 'on' | 'failed';

/** The status of the tunnel over all processes. */
export interface TunnelStatus {
  readonly running: boolean;
  readonly url: string | undefined;
  /** The missing setting that prevents a start, as a sentence; undefined when the tunnel is configured. */
  readonly missing: string | undefined;
  readonly state: TunnelState;
  /** The start of the state, epoch ms; absent when it is not known. */
  readonly since?: number;
  /** The reason of a failure. */
  readonly reason?: string;
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
  readonly records: TunnelRecords;
  readonly log: Log;
  /** The current time, epoch ms. */
  readonly now: () => number;
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
  const { lease, records, now } = deps;
  const holder = createTunnelHolder(deps);
  let starting: Promise<void> | undefined;
  const status = () => readStatus(deps);
  const clear = async (): Promise<void> => {
    await lease.clear();
    await endOpened(deps);
    await records.saveEvent({ kind: 'stopped', at: now() });
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
      await clear();
      await holder.drop();
      return status();
    },
    close: async () => {
      await starting?.catch(() => undefined);
      if (holder.isHolding()) await clear().catch(() => undefined);
      await holder.drop();
    },
  };
}

async function readStatus({ provider, lease, records, publicUrl }: TunnelDeps): Promise<TunnelStatus> {
  const [leased, event, opened] = await Promise.all([
    lease.read(),
    records.readEvent(),
    records.readOpened(),
  ]);
  const url = leased ?? publicUrl;
  const base = { running: url !== undefined, url, missing: provider.missing };
  if (url === undefined) return { ...base, ...readStoppedState(event, opened) };
  return { ...base, state: 'on', ...(opened?.url === leased && opened && { since: opened.from }) };
}

function readStoppedState(
  event: TunnelEvent | undefined,
  opened: OpenedTunnel | undefined,
): Pick<TunnelStatus, 'state' | 'since' | 'reason'> {
  if (event?.kind === 'starting') return { state: 'starting', since: event.at };
  if (event?.kind === 'failed') return { state: 'failed', since: event.at, reason: event.reason };
  if (opened && opened.until === undefined)
    return { state: 'failed', reason: 'the process that held the tunnel ended without stopping it' };
  return { state: 'off', ...(event && { since: event.at }) };
}

/** Records the end of the newest tunnel, unless its end is recorded. @returns whether it was open until now */
async function endOpened({ records, now }: Pick<TunnelDeps, 'records' | 'now'>): Promise<boolean> {
  const opened = await records.readOpened();
  if (!opened || opened.until !== undefined) return false;
  await records.saveOpened({ ...opened, until: now() });
  return true;
}

/** Opens a tunnel and acquires the lease. Undefined when a process holds the lease already, at the start or meanwhile. */
async function acquireTunnel(deps: TunnelDeps): Promise<OpenTunnel | undefined> {
  const { provider, lease, records, now, log } = deps;
  if (provider.missing !== undefined) throw new TunnelError('tunnel_not_configured', provider.missing);
  if ((await lease.read()) !== undefined) return undefined;
  await records.saveEvent({ kind: 'starting', at: now() });
  try {
    return await openLeased(deps);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await records
      .saveEvent({ kind: 'failed', at: now(), reason })
      .catch((cause: unknown) => log.warn('tunnel_record_not_saved', { error: cause }));
    throw error;
  }
}

async function openLeased({
  provider,
  lease,
  records,
  now,
  log,
  target,
}: TunnelDeps): Promise<OpenTunnel | undefined> {
  const tunnel = await provider.open(await target());
  const holderUrl = await lease.acquire(tunnel.url).catch(() => undefined);
  if (holderUrl === tunnel.url) {
    await records
      .saveOpened({ url: tunnel.url, from: now() })
      .catch((error: unknown) => log.warn('tunnel_record_not_saved', { error }));
    return tunnel;
  }
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

function createTunnelHolder(deps: TunnelDeps): TunnelHolder {
  const { lease, log, renewEveryMs = PUBLIC_URL_LEASE_MS / 3 } = deps;
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
      if (await lease.renew(url)) return;
      await drop();
      await recordLostLease(deps);
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

/** A stop by a different process has recorded the end already; otherwise the lease expired while Redis was unavailable. */
async function recordLostLease(deps: TunnelDeps): Promise<void> {
  if (!(await endOpened(deps))) return;
  const reason = 'the lease of its address expired while Redis was unavailable';
  await deps.records.saveEvent({ kind: 'failed', at: deps.now(), reason });
}
