import { FAULT_KINDS, type FaultKind, getFaultSpec, isKill, needsOwnTarget } from './fault-kinds.ts';
import { createRandom, type Random } from './random.ts';
import { drawWorkload, type PlannedTraining } from './workload.ts';

/** One fault to come. */
export interface Injection {
  readonly kind: FaultKind;
  /** Ms of life after the first training was asked for; it strikes then or as soon as it finds a target. */
  readonly atMs: number;
  readonly forMs: number;
  /** Chooses the target among those there are then, in [0, 1). */
  readonly pick: number;
}

/** All that a seed decides. */
export interface Schedule {
  readonly seed: number;
  readonly trainings: readonly PlannedTraining[];
  /** In order of time. */
  readonly injections: readonly Injection[];
  /** Its faults come one at a time. */
  readonly isolated: boolean;
}

const EARLIEST_MS = 30_000;
/** Of so many neighbouring seeds … */
const BLOCK_SIZE = 8;
/** … each kind comes in so many, so that in 100 seeds some may miss and 50 still strike. */
const SEEDS_PER_BLOCK = 5;
/** One that needs a submission or a run of its own to strike may miss more often. */
const OWN_TARGET_SEEDS_PER_BLOCK = 6;
/** Where only some kinds were asked for, a seed is filled with them. */
const MIN_FAULTS = 6;

/**
 * The schedule of a stormy seed: the same for the same seed and kinds, whatever happens while it runs. Pure.
 * @param kinds only these, several times; all of them, each in most seeds, unless told
 */
export function createConcurrentSchedule(seed: number, kinds?: readonly FaultKind[]): Schedule {
  const random = createRandom(seed);
  const trainings = drawWorkload(random);
  const injections = (kinds ? repeatKinds(kinds) : drawKinds(seed)).map((kind) =>
    drawInjection(random, kind),
  );
  return { seed, trainings, injections: injections.sort((a, b) => a.atMs - b.atMs), isolated: false };
}

/** The kinds of a seed. Which seeds of a block a kind comes in is drawn for the block, and the same for all of it. */
function drawKinds(seed: number): readonly FaultKind[] {
  const block = Math.floor((seed - 1) / BLOCK_SIZE);
  const positions = Array.from({ length: BLOCK_SIZE }, (_, position) => position);
  const random = createRandom(-1 - block);
  return FAULT_KINDS.filter((kind) =>
    random
      .shuffled(positions)
      .slice(0, needsOwnTarget(kind) ? OWN_TARGET_SEEDS_PER_BLOCK : SEEDS_PER_BLOCK)
      .includes((seed - 1) % BLOCK_SIZE),
  ).flatMap((kind) => Array.from({ length: getFaultSpec(kind).times ?? 1 }, () => kind));
}

function repeatKinds(kinds: readonly FaultKind[]): readonly FaultKind[] {
  return Array.from({ length: Math.ceil(MIN_FAULTS / kinds.length) }, () => kinds).flat();
}

/** A fault of a kind at a moment and with a target of chance. */
export function drawInjection(random: Random, kind: FaultKind): Injection {
  const { forMs, latestMs, earliestMs = EARLIEST_MS } = getFaultSpec(kind);
  const atMs = random.between(earliestMs, latestMs);
  return { kind, atMs, forMs: random.between(forMs[0], forMs[1]), pick: random.fraction() };
}

/** One seed of so many is calm: its faults come one at a time, so that each recovery has one cause. */
const ISOLATED_EVERY = 20;
/** The schedule of a calm seed. The moments of its faults only tell their order. Pure. */
export function createIsolatedSchedule(seed: number): Schedule {
  const random = createRandom(seed);
  const drawn = [
    ...rotateKinds(FAULT_KINDS.filter(isKill), KILL_COUNT, seed),
    ...rotateKinds(
      FAULT_KINDS.filter((kind) => !isKill(kind) && !TOO_LONG.has(kind)),
      OTHER_COUNT,
      seed,
    ),
  ];
  const trainings = Array.from({ length: TRAININGS }, () => drawTraining(random));
  const injections = random.shuffled(drawn).map((kind, at) => {
    const injection = drawInjection(random, kind);
    return { ...injection, atMs: at, forMs: Math.min(MAX_DURATION_MS, injection.forMs) };
  });
  return { seed, trainings, injections, isolated: true };
}

export function isIsolated(seed: number): boolean {
  return seed % ISOLATED_EVERY === 0;
}

const KILL_COUNT = 4;
const OTHER_COUNT = 6;
/** It ends only when all runs of the seed have ended. */
const TOO_LONG: ReadonlySet<FaultKind> = new Set(['result_past_retention']);
/** More than are asked for while the faults come: the next one is, whenever too few are under way. */
const TRAININGS = 60;
const STEPS = [100, 150, 200];
const SUBJECTS = 6;
const MAX_DURATION_MS = 60_000;

/** The next ones of all kinds in turn, so that some seeds together have had them all. */
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
