import type { Random } from './random.ts';

/** A planned training. */
export interface PlannedTraining {
  /** Submission after the first training. Scaled ms. */
  readonly atMs: number;
  readonly kind: 'actor' | 'style';
  readonly subjectId: string;
  readonly steps: number;
  readonly priority: number;
}

const MIN_TRAININGS = 8;
const MAX_TRAININGS = 11;
const SUBMITTED_WITHIN_MS = 8 * 60_000;
/** At 1.5 s per step: 2.5 to 12.5 min. */
const STEPS = [100, 150, 200, 300, 400, 500];
/** A training of 50 min, the usual length in production. Every fourth seed contains one, because short runs test as much. */
const USUAL_STEPS = 2_000;
const USUAL_EVERY = 4;
/** Fewer subjects than trainings, so that concurrent trainings write to the same manifest. */
const SUBJECTS = 5;
const PRIORITIES = [5, 10, 10, 100];

/** Draws 8 to 11 trainings that are submitted within 8 min. Pure. */
export function drawWorkload(random: Random): readonly PlannedTraining[] {
  const usual = random.between(1, USUAL_EVERY) === 1;
  return Array.from({ length: random.between(MIN_TRAININGS, MAX_TRAININGS) }, (_, n) =>
    drawTraining(random, n, usual),
  ).sort((a, b) => a.atMs - b.atMs);
}

function drawTraining(random: Random, n: number, usual: boolean): PlannedTraining {
  const subject = random.between(1, SUBJECTS);
  return {
    atMs: n === 0 ? 0 : random.between(0, SUBMITTED_WITHIN_MS),
    kind: subject === SUBJECTS ? 'style' : 'actor',
    subjectId: `subject-${subject}`,
    steps: usual && n === 0 ? USUAL_STEPS : random.pick(STEPS),
    priority: random.pick(PRIORITIES),
  };
}
