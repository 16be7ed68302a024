import { setTimeout as sleep } from 'node:timers/promises';
import type { Training } from '@trainyard/domain';
import type { Injection } from '../plan/schedule.ts';
import type { Diary } from '../record/diary.ts';
import type { Member } from '../yard/member.ts';
import type { Yard } from '../yard/yard.ts';

/** Where a fault strikes. */
export interface Scene {
  readonly yard: Yard;
  readonly diary: Diary;
  readonly injection: Injection;
  /** Comes when the schedule is over: what was broken is to be mended then. */
  readonly over: AbortSignal;
}

/** How a fault struck. */
interface Blow {
  /** When it did harm, epoch ms, real; when it was asked for, unless told. */
  readonly at?: number;
  /** Faults of the stand-in: the blow counts when all of them struck, which its history tells. */
  readonly tags?: readonly string[];
  /** Others of its kind live on and can take its work over at once, before it is mended. */
  readonly peersLive?: boolean;
}

/** Carries a fault out and mends what it broke. Undefined: there was nothing to strike. */
export type Inject = (scene: Scene) => Promise<Blow | undefined>;

/** How often it is looked whether there is something to strike, once for all who wait. Real ms. */
const LOOK_EVERY_MS = 40;

/** Looks until there is something, or the schedule is over. */
export const untilFound = async <T>(
  { over }: Pick<Scene, 'over'>,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  for (;;) {
    const found = await look();
    if (found !== undefined || over.aborted) return found;
    await sleep(LOOK_EVERY_MS);
  }
};

export const pickOf = <T>({ injection }: Pick<Scene, 'injection'>, of: readonly T[]): T | undefined =>
  of[Math.floor(injection.pick * of.length)];

export const membersOf = ({ yard }: Pick<Scene, 'yard'>, app: Member['app']): readonly Member[] =>
  yard.members.filter((each) => each.app === app);

/** Waits as long as the fault lasts, or until the schedule is over. */
export const lasting = ({ yard, injection, over }: Scene): Promise<void> => yard.wait(injection.forMs, over);

interface Glance {
  readonly at: number;
  readonly trainings: Promise<readonly Training[]>;
}
const glances = new WeakMap<Diary, Glance>();

/** The accepted trainings as the record has them now; none while it cannot be read. */
export const trainingsNow = ({ yard, diary }: Scene): Promise<readonly Training[]> => {
  const last = glances.get(diary);
  if (last && performance.now() - last.at < LOOK_EVERY_MS) return last.trainings;
  const ids = diary.accepted.map(({ trainingId }) => trainingId);
  const trainings = yard.deps.store.loadAll(ids).catch(() => []);
  glances.set(diary, { at: performance.now(), trainings });
  return trainings;
};

/** Waits for trainings of a sort and picks one of them. */
export const untilTraining = (
  scene: Scene,
  suits: (training: Training) => boolean,
): Promise<Training | undefined> =>
  untilFound(scene, async () => pickOf(scene, (await trainingsNow(scene)).filter(suits)));
