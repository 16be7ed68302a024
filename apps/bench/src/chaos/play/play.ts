import { isTerminal } from '@trainyard/domain';
import { inject } from '../faults/inject.ts';
import type { Schedule } from '../plan/schedule.ts';
import type { Diary } from '../record/diary.ts';
import type { Yard } from '../yard/yard.ts';
import { ask, fillStore } from './ask.ts';
import { attend } from './operator.ts';

/** What a seed is played with. */
interface Stage {
  readonly yard: Yard;
  readonly diary: Diary;
  readonly schedule: Schedule;
}

const LOOK_EVERY_MS = 24_000;
const ATTEND_EVERY_MS = 60_000;
const SHORTEST_MS = 26 * 60_000;
/** A busy machine delays what faults wait for. */
const LATE_FAULTS_REAL_MS = 30_000;
/** In a calm seed: from one fault's end to the next one. */
const PAUSE_MS = 150_000;
const UNDER_WAY = 5;
/** A fault that never finds its target must not hold a seed for ever. */
const LONGEST_CALM_REAL_MS = 900_000;

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

/** How many have ended, or were lost; none while the record cannot be read. */
const endedCount = async ({ deps }: Yard, diary: Diary): Promise<number> => {
  const ids = diary.accepted.map(({ trainingId }) => trainingId);
  const trainings = await deps.store.loadAll(ids).catch(() => undefined);
  return trainings ? ids.length - trainings.filter((each) => !isTerminal(each)).length : 0;
};

/** Nothing is left that a fault could wait for. */
const allEnded = async ({ yard, diary, schedule }: Stage): Promise<boolean> =>
  (await endedCount(yard, diary)) === schedule.trainings.length;

interface Patience {
  readonly untilMs: number;
  readonly isDone: () => boolean;
  readonly over: AbortSignal;
}

const untilAllEnded = async (stage: Stage, { untilMs, isDone, over }: Patience): Promise<void> => {
  while (Date.now() < untilMs && !isDone() && !over.aborted) {
    if (await allEnded(stage)) return;
    await stage.yard.wait(LOOK_EVERY_MS);
  }
};

/** All faults of a storm come when they are due, however many others there are. */
const storm = async (stage: Stage, end: AbortController): Promise<void> => {
  const { yard, diary, schedule } = stage;
  const { injections } = schedule;
  const injected = Promise.all(
    injections.map(async (injection) => {
      await yard.wait(injection.atMs, end.signal);
      await inject({ yard, diary, injection, over: end.signal });
    }),
  );
  // A fault that cannot be played ends the seed, with all that wait for a target.
  injected.catch(() => end.abort());
  await yard.wait(lengthMs(schedule), end.signal);
  const allInjected = (): boolean => diary.strikes.length === injections.length;
  const untilMs = Date.now() + LATE_FAULTS_REAL_MS;
  await untilAllEnded(stage, { untilMs, isDone: allInjected, over: end.signal });
  end.abort();
  await injected;
};

/** Whenever too few are under way the next one is asked for: there is always one to accept, to submit and to end. */
const askOn = async ({ yard, diary, schedule }: Stage, over: AbortSignal): Promise<void> => {
  const images = await fillStore(yard);
  for (const [n, training] of schedule.trainings.entries()) {
    while (!over.aborted && diary.accepted.length - (await endedCount(yard, diary)) >= UNDER_WAY)
      await yard.wait(LOOK_EVERY_MS, over);
    if (over.aborted) return;
    await ask(yard, diary, { key: `${schedule.seed}-${n}`, training, images });
  }
};

/** Each fault comes when the one before is over and mended. */
const calm = async (stage: Stage, end: AbortController): Promise<void> => {
  const { yard, diary, schedule } = stage;
  const over = end.signal;
  const limit = setTimeout(() => end.abort(), LONGEST_CALM_REAL_MS);
  for (const injection of schedule.injections) {
    await yard.wait(PAUSE_MS, over);
    if (over.aborted) break;
    await inject({ yard, diary, injection, over });
  }
  await yard.wait(PAUSE_MS, over);
  clearTimeout(limit);
  end.abort();
};

const attendUntil = async ({ yard, diary }: Stage, over: AbortSignal): Promise<void> => {
  while (!over.aborted) {
    await attend(yard, diary).catch(() => undefined);
    await yard.wait(ATTEND_EVERY_MS, over);
  }
};

/** Asks for the trainings of a seed and lets its faults strike, while an operator looks after what asks for a person. */
export const play = async (stage: Stage): Promise<void> => {
  const end = new AbortController();
  const played = stage.schedule.calm
    ? [askOn(stage, end.signal), calm(stage, end)]
    : [askAll(stage), storm(stage, end)];
  await Promise.all([...played, attendUntil(stage, end.signal)]);
};
