import { isTerminal, type Training } from '@trainyard/domain';
import { struckOrEnded, tagOf } from './provider/aiming.ts';
import { type Inject, pickOf, type Scene, trainingsNow, untilTraining } from './scene.ts';

const cancel = ({ yard }: Scene, { id }: Training): Promise<unknown> =>
  yard.api.insist({ method: 'POST', path: `/api/trainings/${id}/cancel`, body: { by: 'chaos' } });

/** Somebody no longer wants a training, and another one comes too late. */
export const cancelOne: Inject = async (scene) => {
  const target = await untilTraining(scene, (each) => !isTerminal(each) && !each.cancelRequested);
  const tooLate = pickOf<Training>(scene, (await trainingsNow(scene)).filter(isTerminal));
  const targets = [target, tooLate].filter((each) => each !== undefined);
  const at = Date.now();
  for (const each of targets) await cancel(scene, each);
  return targets.length > 0 ? { at } : undefined;
};

/** Somebody cancels one that runs, and its provider takes its time. */
export const cancelSlowly: Inject = async (scene) => {
  const { yard, injection } = scene;
  for (let turn = 0; ; turn += 1) {
    const target = await untilTraining(scene, (each) => each.status === 'running');
    if (!target) return undefined;
    const tag = tagOf(scene, turn);
    await yard.standIn.strike({ kind: 'cancel_lags', training_id: target.id, for_ms: injection.forMs, tag });
    await cancel(scene, target);
    const struck = await struckOrEnded(scene, target.id, [tag]);
    if (struck !== 'ended') return { tags: [tag], ...(struck !== undefined && { at: struck }) };
  }
};

const HIGHEST = 200;

/** Somebody changes the order of one that waits. */
export const changePriority: Inject = async (scene) => {
  const target = await untilTraining(scene, ({ status }) => status === 'queued');
  if (!target) return undefined;
  const at = Date.now();
  const priority = 1 + Math.floor(scene.injection.pick * HIGHEST);
  await scene.yard.api.insist({ method: 'PATCH', path: `/api/trainings/${target.id}`, body: { priority } });
  return { at };
};

const BOUNDS = [1, 2, 3] as const;

/** Somebody changes the bound; a surplus may finish. */
export const changeBound: Inject = async (scene) => {
  const { yard, diary } = scene;
  const now = diary.bounds.at(-1)?.bound;
  const bound = pickOf(
    scene,
    BOUNDS.filter((each) => each !== now),
  );
  if (bound === undefined) return undefined;
  const askedAt = Date.now();
  const set = { bound, askedAt, answeredAt: Number.POSITIVE_INFINITY };
  const at = diary.bounds.push(set) - 1;
  await yard.api.insist({ method: 'PUT', path: '/api/dispatch', body: { bound } });
  diary.bounds[at] = { ...set, answeredAt: Date.now() };
  return {};
};
