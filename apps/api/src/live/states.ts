import {
  type FeedEntry,
  getBudgetStatus,
  getBudgetStop,
  StoreUnavailableError,
} from '@trainyard/application';
import type { LiveEvent } from '@trainyard/contracts';
import type { ApiDeps } from '../server/options.ts';
import { toScheduleView } from '../views/auto-train.ts';
import { toBudgetsView, toControlView } from '../views/dispatch.ts';

/** Dependencies of the states that live events carry. */
export type StateDeps = Pick<
  ApiDeps,
  'store' | 'batches' | 'budgets' | 'settings' | 'clock' | 'cron' | 'publicUrlLease' | 'log'
> & {
  /** `GATEWAY_BASE_URL`, the public address while no tunnel runs. */
  readonly publicUrl?: string | undefined;
};

/** The states of the whole system: each has one value, which its entries in the feed do not carry. */
type StateKind = Extract<FeedEntry, { kind: 'dispatch' | 'budgets' | 'schedule' | 'tunnel' }>['kind'];

/** Live events with the current states. */
export type States = ReadonlyMap<StateKind, LiveEvent>;

const LOADERS: Readonly<Record<StateKind, (deps: StateDeps) => Promise<LiveEvent>>> = {
  dispatch: async (deps) => ({
    event: 'dispatch.changed',
    data: toControlView(await deps.store.getControl(), await getBudgetStop(deps)),
  }),
  budgets: async (deps) => ({ event: 'budgets.changed', data: toBudgetsView(await getBudgetStatus(deps)) }),
  schedule: async (deps) => ({
    event: 'schedule.changed',
    data: toScheduleView(deps, await deps.batches.getSchedule()),
  }),
  tunnel: async ({ publicUrlLease, publicUrl }) => {
    const url = (await publicUrlLease.read()) ?? publicUrl ?? null;
    return { event: 'tunnel.changed', data: { running: url !== null, url } };
  },
};

/** Loads each state that the entries name once. Throws StoreUnavailableError. */
export async function loadStates(deps: StateDeps, entries: readonly FeedEntry[]): Promise<States> {
  const named = new Set(entries.map(({ kind }) => kind));
  const kinds = (Object.keys(LOADERS) as StateKind[]).filter((kind) => named.has(kind));
  const loaded = await Promise.all(kinds.map((kind) => loadState(deps, kind)));
  return new Map(loaded.flatMap((state, index) => (state ? [[kinds[index] as StateKind, state]] : [])));
}

/** An unreadable state is logged and must not stop the live events of others. */
async function loadState(deps: StateDeps, kind: StateKind): Promise<LiveEvent | undefined> {
  try {
    return await LOADERS[kind](deps);
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    deps.log.error('live_state_unreadable', { state: kind, error });
    return undefined;
  }
}
