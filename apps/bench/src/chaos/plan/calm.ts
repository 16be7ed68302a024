import { FAULT_KINDS, type FaultKind, isDeath } from './fault-kinds.ts';
import { createRandom, type Random } from './random.ts';
import { drawInjection, type Schedule } from './schedule.ts';
import type { PlannedTraining } from './workload.ts';

/** One seed of so many is calm: its faults come one at a time, so that each recovery has one cause. */
const CALM_EVERY = 20;
export const isCalm = (seed: number): boolean => seed % CALM_EVERY === 0;

const DEATHS = 4;
const OTHERS = 6;
/** It ends only when all runs of the seed have ended. */
const TOO_LONG: ReadonlySet<FaultKind> = new Set(['result_past_retention']);
/** More than are asked for while the faults come: the next one is, whenever too few are under way. */
const TRAININGS = 60;
const STEPS = [100, 150, 200];
const SUBJECTS = 6;
const LONGEST_MS = 60_000;

/** The next ones of all kinds in turn, so that some seeds together have had them all. */
const inTurn = (kinds: readonly FaultKind[], count: number, seed: number): readonly FaultKind[] => {
  const first = (Math.floor(seed / CALM_EVERY) - 1) * count;
  return Array.from({ length: count }, (_, n) => kinds[(first + n) % kinds.length]).filter(
    (kind) => kind !== undefined,
  );
};

const drawTraining = (random: Random): PlannedTraining => ({
  atMs: 0,
  kind: 'actor',
  subjectId: `subject-${random.between(1, SUBJECTS)}`,
  steps: random.pick(STEPS),
  priority: 10,
});

/** The schedule of a calm seed. The moments of its faults only tell their order. Pure. */
export const calmOf = (seed: number): Schedule => {
  const random = createRandom(seed);
  const drawn = [
    ...inTurn(FAULT_KINDS.filter(isDeath), DEATHS, seed),
    ...inTurn(
      FAULT_KINDS.filter((kind) => !isDeath(kind) && !TOO_LONG.has(kind)),
      OTHERS,
      seed,
    ),
  ];
  const trainings = Array.from({ length: TRAININGS }, () => drawTraining(random));
  const injections = random.shuffled(drawn).map((kind, at) => {
    const injection = drawInjection(random, kind);
    return { ...injection, atMs: at, forMs: Math.min(LONGEST_MS, injection.forMs) };
  });
  return { seed, trainings, injections, calm: true };
};
