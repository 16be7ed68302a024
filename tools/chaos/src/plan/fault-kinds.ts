const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** How a kind of fault is drawn. Times are those of life, before they are scaled (DESIGN §8). */
interface FaultSpec {
  /** How long it lasts at least and at most, ms. */
  readonly forMs: readonly [number, number];
  /** How late it may begin at most, ms after the first training; a fault of runs needs runs to strike. */
  readonly latestMs: number;
  /** How early it may begin; at once unless told. */
  readonly earliestMs?: number;
  /** A process dies of it: then another one must take over soon. */
  readonly killsProcess?: true;
  /** How often it is tried in a seed that it comes in; once unless told. More for one that needs a rare turn of events. */
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
/** Of a submission: while there is something to submit. */
const WAITING = { latestMs: 8 * MINUTE };
/** Of a run: while some still have their end before them. */
const RUNNING = { latestMs: 12 * MINUTE };

/** Every kind of fault. A kind is a name in the table, in a schedule and on the command line. */
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
  reply_late: createSpec(32 * SECOND, 58 * SECOND, WAITING),
  calls_throttled: createSpec(0, 0, RUNNING),
  calls_failing: createSpec(0, 0, RUNNING),
  calls_denied: createSpec(1 * MINUTE, 4 * MINUTE, WAITING),
  run_failed: createSpec(0, 0, WAITING),
  output_key_ignored: createSpec(0, 0, RUNNING),
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
  redis_killed: createSpec(0, 1 * MINUTE),
  redis_frozen: createSpec(10 * SECOND, 3 * MINUTE),
  redis_lost: createSpec(2 * SECOND, 1 * MINUTE),
  store_down: createSpec(30 * SECOND, 12 * MINUTE),
  /** By so much: some of them beyond every deadline of a seed. */
  clock_jumped: createSpec(2 * MINUTE, 240 * MINUTE),
  cancelled: createSpec(0, 0),
  priority_changed: createSpec(0, 0, WAITING),
  concurrency_limit_changed: createSpec(0, 0),
} as const satisfies Record<string, FaultSpec>;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];
export function isFaultKind(name: string): name is FaultKind {
  return Object.hasOwn(FAULTS, name);
}
export function getFaultSpec(kind: FaultKind): FaultSpec {
  return FAULTS[kind];
}
/** A process dies of it. */
export function isKill(kind: FaultKind): boolean {
  return getFaultSpec(kind).killsProcess === true;
}
/** It needs a submission or a run that nobody else strikes. */
export function needsOwnTarget(kind: FaultKind): boolean {
  return getFaultSpec(kind).latestMs <= RUNNING.latestMs;
}
