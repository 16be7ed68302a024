import {
  FAULT_KINDS,
  type FaultKind,
  fitsStateStore,
  getFaultSpec,
  isKill,
  needsOwnTarget,
} from './fault-kinds.ts';
import { createRandom, type Random } from './random.ts';
import { drawWorkload, type PlannedTraining } from './workload.ts';

/** A planned fault. Times are scaled ms. */
export interface Injection {
  readonly kind: FaultKind;
  /** Start after the first training; the fault takes effect when it finds a target. */
  readonly atMs: number;
  /** Duration. */
  readonly forMs: number;
  /** Random number in [0, 1) that picks the target. */
  readonly pick: number;
}

/** Trainings and faults of a seed. */
export interface Schedule {
  readonly seed: number;
  readonly trainings: readonly PlannedTraining[];
  /** Ordered by start. */
  readonly injections: readonly Injection[];
  /** True when the faults occur one at a time. */
  readonly isolated: boolean;
  /** True when the state store is a Sentinel group instead of a single Redis. */
  readonly sentinel: boolean;
}

const EARLIEST_MS = 30_000;
/** Number of consecutive seeds that form a block. */
const BLOCK_SIZE = 8;
const SENTINEL_EVERY = 4;
/** Seeds of a block that contain a kind: of 100 seeds, 62 contain it, and 12 of those may miss their target. */
const SEEDS_PER_BLOCK = 5;
/** Seeds of a block that contain a kind with its own target, which misses more often. */
const OWN_TARGET_SEEDS_PER_BLOCK = 6;
/** Minimum number of faults in a seed of selected kinds. */
const MIN_FAULTS = 6;

/**
 * Creates a schedule of concurrent faults from a seed. Pure: the same seed and kinds give the same schedule.
 * @param kinds only these kinds, several times each; by default all kinds, each in most seeds
 */
export function createConcurrentSchedule(seed: number, kinds?: readonly FaultKind[]): Schedule {
  const random = createRandom(seed);
  const trainings = drawWorkload(random);
  const injections = (kinds ? repeatKinds(kinds) : drawKinds(seed)).map((kind) =>
    drawInjection(random, kind),
  );
  const sentinel = kinds ? kinds.some((kind) => !fitsStateStore(kind, false)) : usesSentinel(seed);
  return {
    ...{ seed, trainings, sentinel },
    injections: injections.sort((a, b) => a.atMs - b.atMs),
    isolated: false,
  };
}

/** Two seeds of each block run on a Sentinel group: 25 of 100. None of them is isolated. */
export function usesSentinel(seed: number): boolean {
  return seed % SENTINEL_EVERY === SENTINEL_EVERY - 1;
}

/** Selects the kinds of a seed. The seeds that contain a kind are drawn once per block. */
function drawKinds(seed: number): readonly FaultKind[] {
  const block = Math.floor((seed - 1) / BLOCK_SIZE);
  const positions = Array.from({ length: BLOCK_SIZE }, (_, position) => position);
  const random = createRandom(-1 - block);
  const firstSeed = block * BLOCK_SIZE + 1;
  return FAULT_KINDS.filter((kind) =>
    random
      .shuffled(positions.filter((position) => fitsStateStore(kind, usesSentinel(firstSeed + position))))
      .slice(0, needsOwnTarget(kind) ? OWN_TARGET_SEEDS_PER_BLOCK : SEEDS_PER_BLOCK)
      .includes((seed - 1) % BLOCK_SIZE),
  ).flatMap((kind) => Array.from({ length: getFaultSpec(kind).times ?? 1 }, () => kind));
}

function repeatKinds(kinds: readonly FaultKind[]): readonly FaultKind[] {
  return Array.from({ length: Math.ceil(MIN_FAULTS / kinds.length) }, () => kinds).flat();
}

/** Draws start, duration and target of a fault. */
function drawInjection(random: Random, kind: FaultKind): Injection {
  const { forMs, latestMs, earliestMs = EARLIEST_MS } = getFaultSpec(kind);
  const atMs = random.between(earliestMs, latestMs);
  return { kind, atMs, forMs: random.between(forMs[0], forMs[1]), pick: random.fraction() };
}

/** Every twentieth seed is isolated: its faults occur one at a time, so that each recovery has a single cause. */
const ISOLATED_EVERY = 20;

/** Creates a schedule of isolated faults from a seed; `atMs` is only their order. Pure. */
export function createIsolatedSchedule(seed: number): Schedule {
  const random = createRandom(seed);
  const drawn = [
    ...rotateKinds(FAULT_KINDS.filter(isKill), KILL_COUNT, seed),
    ...rotateKinds(
      FAULT_KINDS.filter((kind) => !isKill(kind) && !TOO_LONG.has(kind) && fitsStateStore(kind, false)),
      OTHER_COUNT,
      seed,
    ),
  ];
  const trainings = Array.from({ length: TRAININGS }, () => drawTraining(random));
  const injections = random.shuffled(drawn).map((kind, at) => {
    const injection = drawInjection(random, kind);
    return { ...injection, atMs: at, forMs: Math.min(MAX_DURATION_MS, injection.forMs) };
  });
  return { seed, trainings, injections, isolated: true, sentinel: false };
}

/** Returns true for every twentieth seed. */
export function isIsolated(seed: number): boolean {
  return seed % ISOLATED_EVERY === 0;
}

const KILL_COUNT = 4;
const OTHER_COUNT = 7;
/** Kinds that last until all runs of the seed have ended. */
const TOO_LONG: ReadonlySet<FaultKind> = new Set(['result_past_retention']);
/** More trainings than the faults need; the next training is submitted when fewer than five are active. */
const TRAININGS = 60;
const STEPS = [100, 150, 200];
const SUBJECTS = 6;
const MAX_DURATION_MS = 60_000;

/** Rotates through the kinds, so that consecutive isolated seeds cover all of them. */
function rotateKinds(kinds: readonly FaultKind[], count: number, seed: number): readonly FaultKind[] {
  const first = (Math.floor(seed / ISOLATED_EVERY) - 1) * count;
  return Array.from({ length: count }, (_, n) => kinds[(first + n) % kinds.length]).filter(
    (kind) => kind !== undefined,
  );
}

function drawTraining(random: Random): PlannedTraining {
  return {
    atMs: 0,
    kind: 'actor',
    subjectId: `subject-${random.between(1, SUBJECTS)}`,
    steps: random.pick(STEPS),
    priority: 10,
  };
}
