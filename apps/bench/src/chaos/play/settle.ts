import { isTerminal } from '@trainyard/domain';
import type { Diary } from '../record/diary.ts';
import { FAIR } from '../yard/weather.ts';
import type { Yard } from '../yard/yard.ts';
import { attend } from './operator.ts';

const LOOK_EVERY_MS = 24_000;
/** After this span of life even a run that nobody remembers is given up. */
const WITHIN_MS = 150 * 60_000;
/** What is not scaled (locks, sweeps, the start of processes on a busy machine) has its own time. */
const WITHIN_REAL_MS = 180_000;

/**
 * Everything works again, in the processes that went through it all: whoever lost the thread has nobody to hide behind.
 * What the stand-in still has to do wrong comes to its end by itself.
 */
export const mend = async ({ redis, members }: Yard): Promise<void> => {
  redis.thaw();
  await redis.revive();
  for (const member of members) {
    member.see(FAIR);
    member.thaw();
    member.revive();
  }
};

/** Also what nobody was told of: its caller died, or was told of another one. */
const isSettled = async ({ deps, tail, unfinishedJobs }: Yard, diary: Diary): Promise<boolean> => {
  for (const trainingId of new Set([...diary.accepted, ...tail.events].map((each) => each.trainingId))) {
    const training = await deps.store.load(trainingId);
    if (training && !(isTerminal(training) && training.recorded)) return false;
  }
  const jobs = Object.values(await unfinishedJobs());
  return (await deps.store.listActiveAttempts()).length === 0 && jobs.every((count) => count === 0);
};

/** Waits until nothing is owed any more. False: it came to no rest. */
export const settle = async (yard: Yard, diary: Diary): Promise<boolean> => {
  const until = Date.now() + yard.deps.clock.realMs(WITHIN_MS) + WITHIN_REAL_MS;
  while (Date.now() < until) {
    if (await isSettled(yard, diary).catch(() => false)) return true;
    await attend(yard, diary).catch(() => undefined);
    await yard.wait(LOOK_EVERY_MS);
  }
  return false;
};
