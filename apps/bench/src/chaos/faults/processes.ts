import { type Inject, lasting, membersOf, pickOf, type Scene } from './scene.ts';
import { untilPostHeld, untilSlotTaken } from './submission-point.ts';

/** Ends one process at no chosen point; another follows later. */
export const killOne: Inject = async (scene) => {
  const victim = pickOf(scene, scene.yard.members);
  await victim?.kill();
  await lasting(scene);
  victim?.revive();
  return victim !== undefined;
};

/** Stops one process as a paused machine would. */
export const freezeOne: Inject = async (scene) => {
  const victim = pickOf(scene, scene.yard.members);
  victim?.freeze();
  await lasting(scene);
  victim?.thaw();
  return victim !== undefined;
};

const killDispatchers = async (scene: Scene): Promise<void> => {
  const dispatchers = membersOf(scene, 'dispatcher');
  await Promise.all(dispatchers.map((each) => each.kill()));
  await lasting(scene);
  for (const each of dispatchers) each.revive();
};

/** Ends all dispatchers when one has taken a slot and not yet called. */
export const killBetweenSaveAndPost: Inject = async (scene) => {
  if (!(await untilSlotTaken(scene))) return false;
  await killDispatchers(scene);
  return true;
};

const POST_HELD_MS = 20_000;

/** Ends all dispatchers while a call is under way, which the provider then carries out. */
export const killDuringPost: Inject = async (scene) => {
  await scene.yard.standIn.strike({ kind: 'slow', op: 'run', delay_ms: POST_HELD_MS });
  if (!(await untilPostHeld(scene))) return false;
  await killDispatchers(scene);
  return true;
};

/** For so long nobody can take the frozen one's work over. */
const BOTH_FROZEN_MS = 30_000;

/**
 * Stops all dispatchers when one has taken a slot and not yet called, then lets one go on: the other, if it was the one
 * that called, wakes when everyone else has long settled its submission.
 */
export const freezeBetweenSaveAndPost: Inject = async (scene) => {
  const { yard, over, injection } = scene;
  if (!(await untilSlotTaken(scene))) return false;
  const dispatchers = membersOf(scene, 'dispatcher');
  for (const each of dispatchers) each.freeze();
  await yard.wait(BOTH_FROZEN_MS, over);
  const first = pickOf(scene, dispatchers);
  first?.thaw();
  await yard.wait(injection.forMs - BOTH_FROZEN_MS, over);
  for (const each of dispatchers) each.thaw();
  return true;
};

/** Nobody looks at any run until the provider has forgotten how it ended. */
export const missRetention: Inject = async (scene) => {
  const reconcilers = membersOf(scene, 'reconciler');
  for (const each of reconcilers) each.freeze();
  await lasting(scene);
  for (const each of reconcilers) each.thaw();
  return true;
};
