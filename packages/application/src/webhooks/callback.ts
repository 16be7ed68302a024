import { SLOT_STATUSES, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { listReadableTrainings } from '../lifecycle/read-trainings.ts';
import type { OpenedTunnel } from '../ports/tunnel.ts';
import type { TunnelStatus } from './tunnel.ts';

/** The way by which the results of runs arrive. Without a callback address runs are polled. */
type CallbackMode = 'public_url' | 'tunnel' | 'polling';

/** The callback of runs: the address of later submissions, and the runs that carry an address. */
export interface CallbackStatus extends TunnelStatus {
  readonly mode: CallbackMode;
  /** The time of the newest callback, epoch ms. */
  readonly lastCallbackAt?: number;
  /**
   * The live runs that carry the address of the tunnel, also of a tunnel that has ended, or the public URL. They are polled
   * as well.
   */
  readonly activeRuns: readonly Training[];
}

type CallbackDeps = Pick<Deps, 'store' | 'log' | 'settings' | 'publicUrlLease' | 'tunnelRecords'>;

/** Adds the callback of runs to the status of the tunnel. Throws StoreUnavailableError. */
export async function getCallbackStatus(deps: CallbackDeps, tunnel: TunnelStatus): Promise<CallbackStatus> {
  const [webhookUrl, leased, opened, lastCallbackAt] = await Promise.all([
    deps.settings.webhookUrl('callback', 1),
    deps.publicUrlLease.read(),
    deps.tunnelRecords.readOpened(),
    deps.store.findLastWebhookTime(),
  ]);
  const mode = toMode(webhookUrl, leased);
  const isSecretMissing = webhookUrl === undefined && tunnel.running;
  return {
    ...tunnel,
    mode,
    url: tunnel.url ?? (webhookUrl === undefined ? undefined : new URL(webhookUrl).origin),
    ...(mode === 'public_url' && { state: 'on' as const }),
    ...(isSecretMissing && { state: 'off' as const, reason: 'WEBHOOK_SECRET is not set' }),
    ...(lastCallbackAt !== undefined && { lastCallbackAt }),
    activeRuns: await listActiveRuns(deps, mode, opened),
  };
}

function toMode(webhookUrl: string | undefined, leased: string | undefined): CallbackMode {
  if (webhookUrl === undefined) return 'polling';
  return leased === undefined ? 'public_url' : 'tunnel';
}

/** More runs than an endpoint has workers. */
const MAX_ACTIVE_RUNS = 200;

async function listActiveRuns(
  deps: CallbackDeps,
  mode: CallbackMode,
  opened: OpenedTunnel | undefined,
): Promise<readonly Training[]> {
  const query = { status: SLOT_STATUSES, limit: MAX_ACTIVE_RUNS };
  const { items } = await listReadableTrainings(deps, query);
  return items.filter(
    (each) => 'attempt' in each && (mode === 'public_url' || wasOpenAt(opened, each.attempt.startedAt)),
  );
}

function wasOpenAt(opened: OpenedTunnel | undefined, at: number): boolean {
  return opened !== undefined && opened.from <= at && at < (opened.until ?? Number.POSITIVE_INFINITY);
}
