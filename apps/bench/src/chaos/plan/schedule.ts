import { CHOOSY_KINDS, drawOf, FAULT_KINDS, type FaultKind } from './fault-kinds.ts';
import { createRandom, type Random } from './random.ts';
import { drawWorkload, type PlannedTraining } from './workload.ts';

/** One fault to come. */
export interface Injection {
  readonly kind: FaultKind;
  /** Ms of life after the first training was asked for. */
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
}

const EARLIEST_MS = 30_000;
/** Beyond its share of the deck, so that kinds that find no target now and then still strike often enough. */
const EXTRA_FAULTS = 3;

/** Two neighbouring seeds share a shuffled deck of all kinds: so each kind comes at least once in two seeds. */
const dealt = (seed: number, kinds: readonly FaultKind[]): readonly FaultKind[] => {
  const deck = createRandom(-1 - Math.floor((seed - 1) / 2)).shuffled(kinds);
  const middle = Math.ceil(deck.length / 2);
  return seed % 2 === 1 ? deck.slice(0, middle) : deck.slice(middle);
};

const drawInjection = (random: Random, kind: FaultKind): Injection => {
  const { forMs, latestMs, earliestMs = EARLIEST_MS } = drawOf(kind);
  const atMs = random.between(earliestMs, latestMs);
  return { kind, atMs, forMs: random.between(forMs[0], forMs[1]), pick: random.fraction() };
};

/** The schedule of a seed: the same for the same seed and kinds, whatever happens while it runs. Pure. */
export const scheduleOf = (seed: number, kinds: readonly FaultKind[] = FAULT_KINDS): Schedule => {
  const random = createRandom(seed);
  const trainings = drawWorkload(random);
  const choosy = kinds.filter((kind) => CHOOSY_KINDS.includes(kind));
  const extra = Array.from({ length: EXTRA_FAULTS }, () => random.pick(choosy.length > 0 ? choosy : kinds));
  const injections = [...dealt(seed, kinds), ...extra].map((kind) => drawInjection(random, kind));
  return { seed, trainings, injections: injections.sort((a, b) => a.atMs - b.atMs) };
};
