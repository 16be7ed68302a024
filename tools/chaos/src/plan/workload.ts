import type { Random } from './random.ts';

/** A training that will be asked for. */
export interface PlannedTraining {
  /** Ms of life after the first one. */
  readonly atMs: number;
  readonly kind: 'actor' | 'style';
  readonly subjectId: string;
  readonly steps: number;
  readonly priority: number;
}

const MIN_TRAININGS = 8;
const MAX_TRAININGS = 11;
const SUBMITTED_WITHIN_MS = 8 * 60_000;
/** One and a half seconds a step: from 2.5 to 12.5 minutes. */
const STEPS = [100, 150, 200, 300, 400, 500];
/** The usual length, 50 minutes: for one training of every few seeds, since the others teach as much in less time. */
const USUAL_STEPS = 2_000;
const USUAL_EVERY = 4;
/** Fewer than trainings: some subjects get several at once, whose writers meet in one manifest. */
const SUBJECTS = 5;
const PRIORITIES = [5, 10, 10, 100];

/** What a seed asks Trainyard to do. Pure. */
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
