import { isTerminal } from '@trainyard/domain';
import { onOneTraining } from '../provider/aiming.ts';
import { type Inject, lasting, membersOf, type Scene, trainingsNow, untilFound } from '../scene.ts';
import { AFTER_SLOT_TAKEN, BEFORE_SLOT_TAKEN, beforeBadEndIsBelieved, untilStanding } from './points.ts';

/** For so long nobody can take the frozen one's work over. */
const BOTH_FROZEN_MS = 30_000;

/** The attempts that have a slot and no answer: `training/number`. */
const inSubmission = async ({ yard }: Scene): Promise<ReadonlySet<string>> => {
  const holders = await yard.deps.store.listActiveAttempts();
  const trainings = await Promise.all(holders.map(({ trainingId }) => yard.deps.store.load(trainingId)));
  return new Set(
    trainings.flatMap((each) =>
      each?.status === 'submitting' || each?.status === 'unconfirmed'
        ? [`${each.id}/${each.attempt.number}`]
        : [],
    ),
  );
};

/**
 * Stops all dispatchers when one has taken a slot and not yet called, then lets the others go on: the one that was about
 * to call wakes when everyone else has long settled its submission.
 */
export const freezeBetweenSaveAndPost: Inject = async (scene) => {
  const { yard, over } = scene;
  const standing = await untilStanding(scene, 'dispatcher', AFTER_SLOT_TAKEN);
  if (standing.length === 0) return undefined;
  const at = Date.now();
  const dispatchers = membersOf(scene, 'dispatcher');
  for (const each of dispatchers) each.freeze();
  const doubtful = await inSubmission(scene).catch(() => new Set<string>());
  await yard.wait(BOTH_FROZEN_MS, over);
  for (const each of dispatchers) if (!standing.includes(each)) each.thaw();
  await lasting(scene);
  await untilFound(scene, async () => {
    const left = await inSubmission(scene).catch(() => doubtful);
    return [...doubtful].some((each) => left.has(each)) ? undefined : true;
  });
  for (const each of standing) each.thaw();
  return { at };
};

/** Stops one dispatcher that is about to take a slot; when it goes on, another has long adopted its job. */
export const freezeBeforeSlotTaken: Inject = async (scene) => {
  const [first, ...others] = await untilStanding(scene, 'dispatcher', BEFORE_SLOT_TAKEN);
  for (const each of others) each.thaw();
  if (!first) return undefined;
  const at = Date.now();
  await lasting(scene);
  first.thaw();
  return { at };
};

const crash = onOneTraining(['worker'], () => [{ kind: 'worker_crash' }]);

/** Which attempt a crash struck. */
const crashed = async (
  scene: Scene,
): Promise<{ readonly id: string; readonly attempt: number } | undefined> => {
  const blow = await crash(scene);
  const { training_id: id, attempt = 1 } =
    scene.yard.provider.events().find(({ tag }) => tag !== undefined && tag === blow?.tags?.[0]) ?? {};
  return id === undefined ? undefined : { id, attempt };
};

/** Waits until an attempt after this one lives. False: none will, or the schedule was over before. */
const untilNextLives = async (scene: Scene, id: string, attempt: number): Promise<boolean> => {
  const lives = await untilFound(scene, async () => {
    const training = (await trainingsNow(scene)).find((each) => each.id === id);
    if (!training || isTerminal(training)) return training && false;
    const { status } = training;
    return (status === 'submitted' || status === 'running') && training.attempt.number > attempt
      ? true
      : undefined;
  });
  return lives === true;
};

/** Stops a reconciler that is about to tell how a run ended, until the next attempt of the training lives. */
const freezeUntilNextLives: Inject = async (scene) => {
  const struck = await crashed(scene);
  if (!struck) return undefined;
  const { id, attempt } = struck;
  const standing = await untilStanding(scene, 'reconciler', beforeBadEndIsBelieved(id, attempt));
  const at = Date.now();
  const nextLives = await untilNextLives(scene, id, attempt);
  for (const each of standing) each.thaw();
  return standing.length > 0 && nextLives ? { at } : undefined;
};

const ONE_AT_A_TIME = 'a reconciler with old news';

/** One after another, since a reconciler must be left that goes on. */
export const freezeWithOldNews: Inject = async (scene) => {
  const { aimedAt } = scene.diary;
  await untilFound(scene, async () => (aimedAt.has(ONE_AT_A_TIME) ? undefined : true));
  if (scene.over.aborted) return undefined;
  aimedAt.add(ONE_AT_A_TIME);
  return freezeUntilNextLives(scene).finally(() => aimedAt.delete(ONE_AT_A_TIME));
};
