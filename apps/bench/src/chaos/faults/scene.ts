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

/** Carries a fault out and mends what it broke. False: there was nothing to strike. */
export type Inject = (scene: Scene) => Promise<boolean>;

export const pickOf = <T>({ injection }: Pick<Scene, 'injection'>, of: readonly T[]): T | undefined =>
  of[Math.floor(injection.pick * of.length)];

export const membersOf = ({ yard }: Scene, app: Member['app']): readonly Member[] =>
  yard.members.filter((each) => each.app === app);

/** Waits as long as the fault lasts, or until the schedule is over. */
export const lasting = ({ yard, injection, over }: Scene): Promise<void> => yard.wait(injection.forMs, over);

/** The accepted trainings as the record has them now; none while it cannot be read. */
export const trainingsNow = async ({ yard, diary }: Scene): Promise<readonly Training[]> => {
  const loaded = await Promise.all(
    diary.accepted.map(({ trainingId }) => yard.deps.store.load(trainingId).catch(() => undefined)),
  );
  return loaded.filter((each) => each !== undefined);
};
