import { isTerminal } from '@trainyard/domain';
import { inject } from '../faults/inject.ts';
import type { Schedule } from '../plan/schedule.ts';
import type { Diary } from '../record/diary.ts';
import type { Yard } from '../yard/yard.ts';
import { ask, fillStore } from './ask.ts';

/** What a seed is played with. */
interface Stage {
  readonly yard: Yard;
  readonly diary: Diary;
  readonly schedule: Schedule;
}

const LOOK_EVERY_MS = 24_000;
const SHORTEST_MS = 26 * 60_000;
/** A busy machine delays what faults wait for. */
const LATE_FAULTS_REAL_MS = 45_000;
/** In a calm seed: from one fault's end to the next one. */
const PAUSE_MS = 150_000;

const askAll = async ({ yard, diary, schedule }: Stage): Promise<void> => {
  const images = await fillStore(yard);
  const asked = schedule.trainings.map(async (training, n) => {
    await yard.wait(training.atMs);
    await ask(yard, diary, { key: `${schedule.seed}-${n}`, training, images });
  });
  await Promise.all(asked);
};

/** When the last fault is mended, however long it would go on. */
const lengthMs = ({ injections }: Schedule): number =>
  Math.max(
    SHORTEST_MS,
    ...injections
      .filter(({ kind }) => kind === 'result_past_retention')
      .map(({ atMs, forMs }) => atMs + forMs),
  );

/** Nothing is left that a fault could wait for. */
const allEnded = async ({ yard, diary, schedule }: Stage): Promise<boolean> => {
  if (diary.accepted.length < schedule.trainings.length) return false;
  const trainings = await Promise.all(
    diary.accepted.map(({ trainingId }) => yard.deps.store.load(trainingId)),
  );
  return trainings.every((training) => training === undefined || isTerminal(training));
};

const untilAllEnded = async (stage: Stage, untilMs: number, isDone: () => boolean): Promise<void> => {
  while (Date.now() < untilMs && !isDone()) {
    if (await allEnded(stage).catch(() => false)) return;
    await stage.yard.wait(LOOK_EVERY_MS);
  }
};

/** All faults of a storm come when they are due, however many others there are. */
const storm = async (stage: Stage, end: AbortController): Promise<void> => {
  const { yard, diary, schedule } = stage;
  const { injections } = schedule;
  const injected = injections.map(async (injection) => {
    await yard.wait(injection.atMs);
    await inject({ yard, diary, injection, over: end.signal });
  });
  await yard.wait(lengthMs(schedule));
  const allInjected = (): boolean => diary.strikes.length === injections.length;
  await untilAllEnded(stage, Date.now() + LATE_FAULTS_REAL_MS, allInjected);
  end.abort();
  await Promise.all(injected);
};

/** Each fault comes when the one before is over and mended. */
const calm = async (stage: Stage, end: AbortController): Promise<void> => {
  const { yard, diary, schedule } = stage;
  const over = end.signal;
  const ended = untilAllEnded(stage, Number.POSITIVE_INFINITY, () => over.aborted).then(() => end.abort());
  for (const injection of schedule.injections) {
    if (over.aborted) break;
    await yard.wait(PAUSE_MS, over);
    await inject({ yard, diary, injection, over });
  }
  await yard.wait(PAUSE_MS, over);
  end.abort();
  await ended;
};

/** Asks for the trainings of a seed and lets its faults strike. */
export const play = async (stage: Stage): Promise<void> => {
  const end = new AbortController();
  const faults = stage.schedule.calm ? calm : storm;
  await Promise.all([askAll(stage), faults(stage, end)]);
};
