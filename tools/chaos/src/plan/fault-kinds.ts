const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Bounds of a randomly drawn fault. Times are scaled ms (docs/testing/chaos.md). */
interface FaultSpec {
  /** Minimum and maximum duration. */
  readonly forMs: readonly [number, number];
  /** Latest start after the first training; faults of runs need live runs. */
  readonly latestMs: number;
  /** Earliest start after the first training; 30 s by default. */
  readonly earliestMs?: number;
  /** The fault kills a process, whose work must resume within 60 s. */
  readonly killsProcess?: true;
  /** The seeds that can contain the fault: those with a Sentinel group, or those with a single Redis; all by default. */
  readonly on?: 'sentinel' | 'single_redis';
  /** Attempts per seed, 1 by default; more for a fault that needs a rare sequence of events. */
  readonly times?: number;
}

function createSpec(fromMs: number, toMs: number, more: Partial<FaultSpec> = {}): FaultSpec {
  return {
    forMs: [fromMs, toMs],
    latestMs: 24 * MINUTE,
    ...more,
  };
}
function createKillSpec(more: Partial<FaultSpec> = {}): FaultSpec {
  return createSpec(5 * SECOND, 3 * MINUTE, { killsProcess: true, ...more });
}
const freezeSpec = createSpec(10 * SECOND, 5 * MINUTE);
/** Faults of submissions start while trainings are queued. */
const WAITING = { latestMs: 8 * MINUTE };
/** Faults of runs start while runs are live. */
const RUNNING = { latestMs: 12 * MINUTE };

const SINGLE_REDIS = { on: 'single_redis' } as const;
/** Failovers start while trainings are queued and runs are live; each occurs twice in a seed with a Sentinel group. */
const SENTINEL = { on: 'sentinel', latestMs: 10 * MINUTE, times: 2 } as const;

/** All kinds of faults. A kind is the name in the result table, in a schedule and on the command line. */
const FAULTS = {
  api_killed: createKillSpec(),
  dispatcher_killed: createKillSpec(),
  reconciler_killed: createKillSpec(),
  api_frozen: freezeSpec,
  dispatcher_frozen: freezeSpec,
  reconciler_frozen: freezeSpec,
  killed_between_save_and_202: createKillSpec({ latestMs: 4 * MINUTE }),
  killed_between_save_and_post: createKillSpec(WAITING),
  frozen_between_save_and_post: createSpec(10 * SECOND, 1 * MINUTE, WAITING),
  frozen_before_slot_acquired: createSpec(2 * MINUTE, 5 * MINUTE, WAITING),
  killed_during_post: createKillSpec(WAITING),
  frozen_with_stale_event: createSpec(0, 0, { ...WAITING, times: 2 }),
  killed_between_manifest_and_save: createKillSpec(RUNNING),
  reply_lost: createSpec(0, 0, WAITING),
  reply_and_webhooks_lost: createSpec(0, 0, WAITING),
  reply_lost_return_late: createSpec(20 * SECOND, 50 * SECOND, WAITING),
  reply_late: createSpec(32 * SECOND, 58 * SECOND, WAITING),
  calls_throttled: createSpec(0, 0, RUNNING),
  calls_failing: createSpec(0, 0, RUNNING),
  calls_denied: createSpec(1 * MINUTE, 4 * MINUTE, WAITING),
  run_failed: createSpec(0, 0, WAITING),
  output_key_ignored: createSpec(0, 0, RUNNING),
  foreign_address_reported: createSpec(0, 0, RUNNING),
  progress_overtakes_result: createSpec(30 * SECOND, 3 * MINUTE, RUNNING),
  cancel_delayed: createSpec(30 * SECOND, 3 * MINUTE, RUNNING),
  result_past_retention: createSpec(32 * MINUTE, 36 * MINUTE, {
    earliestMs: 12 * MINUTE,
    latestMs: 16 * MINUTE,
  }),
  webhooks_lost: createSpec(0, 0, RUNNING),
  webhook_late: createSpec(1 * MINUTE, 8 * MINUTE, RUNNING),
  webhook_duplicated: createSpec(0, 0, RUNNING),
  webhook_reordered: createSpec(1 * MINUTE, 8 * MINUTE, RUNNING),
  webhook_forged: createSpec(0, 0, RUNNING),
  webhook_foreign_run: createSpec(0, 0, { ...WAITING, times: 2 }),
  redis_killed: createSpec(0, 1 * MINUTE, SINGLE_REDIS),
  redis_frozen: createSpec(10 * SECOND, 3 * MINUTE, SINGLE_REDIS),
  redis_lost: createSpec(2 * SECOND, 1 * MINUTE, SINGLE_REDIS),
  master_killed: createSpec(0, 0, SENTINEL),
  master_frozen: createSpec(10 * SECOND, 2 * MINUTE, SENTINEL),
  replication_cut_before_accept: createSpec(0, 0, SENTINEL),
  replication_cut_before_start: createSpec(0, 0, SENTINEL),
  store_down: createSpec(30 * SECOND, 12 * MINUTE),
  /** The duration is the offset of the clock; some offsets exceed every deadline of a seed. */
  clock_jumped: createSpec(2 * MINUTE, 240 * MINUTE),
  cancelled: createSpec(0, 0),
  priority_changed: createSpec(0, 0, WAITING),
  concurrency_limit_changed: createSpec(0, 0),
} as const satisfies Record<string, FaultSpec>;

/** Name of a kind of fault. */
export type FaultKind = keyof typeof FAULTS;

/** All kinds in the order of the result table. */
export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];

/** Returns true for the name of a kind. */
export function isFaultKind(name: string): name is FaultKind {
  return Object.hasOwn(FAULTS, name);
}

/** The bounds of a kind. */
export function getFaultSpec(kind: FaultKind): FaultSpec {
  return FAULTS[kind];
}

/** Returns true when the fault kills a process. */
export function isKill(kind: FaultKind): boolean {
  return getFaultSpec(kind).killsProcess === true;
}

/** Returns true when a seed with, or without, a Sentinel group can contain the fault. */
export function fitsStateStore(kind: FaultKind, hasSentinel: boolean): boolean {
  return getFaultSpec(kind).on !== (hasSentinel ? 'single_redis' : 'sentinel');
}

/** Returns true when the fault needs a submission or run without a second fault. */
export function needsOwnTarget(kind: FaultKind): boolean {
  return getFaultSpec(kind).latestMs <= RUNNING.latestMs;
}
