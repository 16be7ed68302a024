import { FAULT_KINDS, type FaultKind, getFaultSpec, needsOwnTarget } from './fault-kinds.ts';
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
