import { FAULT_KINDS, type FaultKind, isKill } from './fault-kinds.ts';
import { createRandom, type Random } from './random.ts';
import { drawInjection, type Schedule } from './schedule.ts';
import type { PlannedTraining } from './workload.ts';

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
