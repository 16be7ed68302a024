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
}

const draw = (fromMs: number, toMs: number, more: Partial<FaultDraw> = {}): FaultDraw => ({
  forMs: [fromMs, toMs],
  latestMs: 24 * MINUTE,
  ...more,
});
const ofRuns = draw(0, 0, { latestMs: 12 * MINUTE });

/** Every kind of fault. A kind is a name in the table, in a schedule and on the command line. */
const FAULTS = {
  process_killed: draw(5 * SECOND, 3 * MINUTE, { kills: true }),
  process_frozen: draw(10 * SECOND, 5 * MINUTE),
  killed_between_save_and_post: draw(5 * SECOND, 2 * MINUTE, { kills: true, latestMs: 8 * MINUTE }),
  frozen_between_save_and_post: draw(4 * MINUTE, 6 * MINUTE, { latestMs: 8 * MINUTE }),
  killed_during_post: draw(5 * SECOND, 2 * MINUTE, { kills: true, latestMs: 8 * MINUTE }),
  reply_lost: ofRuns,
  reply_and_webhooks_lost: ofRuns,
  reply_late: draw(32 * SECOND, 58 * SECOND, { latestMs: 12 * MINUTE }),
  calls_throttled: ofRuns,
  calls_failing: ofRuns,
  calls_denied: ofRuns,
  run_failed: ofRuns,
  output_key_ignored: ofRuns,
  progress_overtakes_result: draw(30 * SECOND, 3 * MINUTE, { latestMs: 12 * MINUTE }),
  cancel_lags: draw(30 * SECOND, 3 * MINUTE, { latestMs: 20 * MINUTE }),
  result_past_retention: draw(32 * MINUTE, 36 * MINUTE, {
    earliestMs: 12 * MINUTE,
    latestMs: 16 * MINUTE,
  }),
  webhooks_lost: draw(5 * MINUTE, 20 * MINUTE, { latestMs: 12 * MINUTE }),
  webhook_late: draw(1 * MINUTE, 8 * MINUTE, { latestMs: 12 * MINUTE }),
  webhook_doubled: ofRuns,
  webhook_reordered: draw(1 * MINUTE, 8 * MINUTE, { latestMs: 12 * MINUTE }),
  webhook_forged: draw(0, 0),
  redis_killed: draw(0, 1 * MINUTE),
  redis_cut_off: draw(10 * SECOND, 3 * MINUTE),
  redis_lost: draw(2 * SECOND, 1 * MINUTE),
  store_down: draw(30 * SECOND, 12 * MINUTE),
  clock_jumped: draw(2 * MINUTE, 20 * MINUTE),
  cancelled: draw(0, 0),
  priority_changed: draw(0, 0, { latestMs: 8 * MINUTE }),
  bound_changed: draw(0, 0),
} as const satisfies Record<string, FaultDraw>;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];
/** Those that need a submission or a run to strike, and do not always find one. */
export const CHOOSY_KINDS = FAULT_KINDS.filter((kind) => FAULTS[kind].latestMs <= 12 * MINUTE);
export const isFaultKind = (name: string): name is FaultKind => Object.hasOwn(FAULTS, name);
export const drawOf = (kind: FaultKind): FaultDraw => FAULTS[kind];
