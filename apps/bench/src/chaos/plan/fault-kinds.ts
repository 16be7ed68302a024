const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** How a kind of fault is drawn. Times are those of life, before they are scaled (DESIGN §8). */
interface FaultDraw {
  /** How long it lasts at least and at most, ms. */
  readonly forMs: readonly [number, number];
  /** How late it may begin at most, ms after the first training; a fault of runs needs runs to strike. */
  readonly latestMs: number;
  /** How early it may begin; at once unless told. */
  readonly earliestMs?: number;
  /** A process dies of it: then another one must take over soon. */
  readonly kills?: true;
  /** How often it is tried in a seed that it comes in; once unless told. More for one that needs a rare turn of events. */
  readonly times?: number;
}

const draw = (fromMs: number, toMs: number, more: Partial<FaultDraw> = {}): FaultDraw => ({
  forMs: [fromMs, toMs],
  latestMs: 24 * MINUTE,
  ...more,
});
const death = (more: Partial<FaultDraw> = {}): FaultDraw =>
  draw(5 * SECOND, 3 * MINUTE, { kills: true, ...more });
const standstill = draw(10 * SECOND, 5 * MINUTE);
/** Of a submission: while there is something to submit. */
const WAITING = { latestMs: 8 * MINUTE };
/** Of a run: while some still have their end before them. */
const RUNNING = { latestMs: 12 * MINUTE };

/** Every kind of fault. A kind is a name in the table, in a schedule and on the command line. */
const FAULTS = {
  api_killed: death(),
  dispatcher_killed: death(),
  reconciler_killed: death(),
  api_frozen: standstill,
  dispatcher_frozen: standstill,
  reconciler_frozen: standstill,
  killed_between_save_and_202: death({ latestMs: 4 * MINUTE }),
  killed_between_save_and_post: death(WAITING),
  frozen_between_save_and_post: draw(10 * SECOND, 1 * MINUTE, WAITING),
  frozen_before_slot_taken: draw(2 * MINUTE, 5 * MINUTE, WAITING),
  killed_during_post: death(WAITING),
  frozen_with_old_news: draw(0, 0, { ...WAITING, times: 2 }),
  killed_between_manifest_and_save: death(RUNNING),
  reply_lost: draw(0, 0, WAITING),
  reply_and_webhooks_lost: draw(0, 0, WAITING),
  reply_late: draw(32 * SECOND, 58 * SECOND, WAITING),
  calls_throttled: draw(0, 0, RUNNING),
  calls_failing: draw(0, 0, RUNNING),
  calls_denied: draw(1 * MINUTE, 4 * MINUTE, WAITING),
  run_failed: draw(0, 0, WAITING),
  output_key_ignored: draw(0, 0, RUNNING),
  progress_overtakes_result: draw(30 * SECOND, 3 * MINUTE, RUNNING),
  cancel_lags: draw(30 * SECOND, 3 * MINUTE, RUNNING),
  result_past_retention: draw(32 * MINUTE, 36 * MINUTE, {
    earliestMs: 12 * MINUTE,
    latestMs: 16 * MINUTE,
  }),
  webhooks_lost: draw(0, 0, RUNNING),
  webhook_late: draw(1 * MINUTE, 8 * MINUTE, RUNNING),
  webhook_doubled: draw(0, 0, RUNNING),
  webhook_reordered: draw(1 * MINUTE, 8 * MINUTE, RUNNING),
  webhook_forged: draw(0, 0, RUNNING),
  redis_killed: draw(0, 1 * MINUTE),
  redis_cut_off: draw(10 * SECOND, 3 * MINUTE),
  redis_lost: draw(2 * SECOND, 1 * MINUTE),
  store_down: draw(30 * SECOND, 12 * MINUTE),
  /** By so much: some of them beyond every deadline of a seed. */
  clock_jumped: draw(2 * MINUTE, 240 * MINUTE),
  cancelled: draw(0, 0),
  priority_changed: draw(0, 0, WAITING),
  bound_changed: draw(0, 0),
} as const satisfies Record<string, FaultDraw>;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];
export const isFaultKind = (name: string): name is FaultKind => Object.hasOwn(FAULTS, name);
export const drawOf = (kind: FaultKind): FaultDraw => FAULTS[kind];
/** A process dies of it. */
export const isDeath = (kind: FaultKind): boolean => drawOf(kind).kills === true;
/** It needs a submission or a run that nobody else strikes. */
export const isChoosy = (kind: FaultKind): boolean => drawOf(kind).latestMs <= RUNNING.latestMs;
