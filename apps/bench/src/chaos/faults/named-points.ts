import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../yard/member.ts';
import type { NamedPoint } from '../yard/weather.ts';
import { onOneTraining } from './provider/aiming.ts';
import { type Inject, lasting, membersOf, pickOf, type Scene, untilFound } from './scene.ts';

/** A second process may come to the point before it learns that it need not stop. Real ms. */
const WORD_REACHES_ALL_MS = 30;

/** Waits until processes of an app stand at a point. None: nobody came there before the schedule was over. */
const untilStanding = async (
  scene: Scene,
  app: Member['app'],
  stopAt: NamedPoint,
): Promise<readonly Member[]> => {
  const members = membersOf(scene, app);
  for (const each of members) each.see({ stopAt });
  await untilFound(scene, async () => members.find((each) => each.stands()));
  for (const each of members) each.see({ stopAt: undefined });
  await sleep(WORD_REACHES_ALL_MS);
  return members.filter((each) => each.stands());
};

/** Ends some processes; others follow later, and whoever stands goes on. */
const killThese = async (scene: Scene, app: Member['app'], victims: readonly Member[]): Promise<void> => {
  await Promise.all(victims.map((each) => each.kill()));
  for (const each of membersOf(scene, app)) each.thaw();
  await lasting(scene);
  for (const each of victims) each.revive();
};

/** Every other time all of its peers die with it, so that only their successors can go on. */
const peersDieToo = ({ injection }: Scene): boolean => Math.floor(injection.pick * 1_000) % 2 === 0;

/** Ends a process when it comes to a point. */
export const killAt =
  (app: Member['app'], point: NamedPoint): Inject =>
  async (scene) => {
    const standing = await untilStanding(scene, app, point);
    if (standing.length === 0) return undefined;
    const at = Date.now();
    const members = membersOf(scene, app);
    const victims = peersDieToo(scene) ? members : standing;
    await killThese(scene, app, victims);
    return { at, peersLive: victims.length < members.length };
  };

const POST_HELD_MS = 20_000;
const holdPost = onOneTraining(['submission'], () => [{ kind: 'slow', op: 'run', delay_ms: POST_HELD_MS }]);

/** Ends all dispatchers while a call is under way, which the provider then carries out. */
export const killDuringPost: Inject = async (scene) => {
  const blow = await holdPost(scene);
  if (blow?.at === undefined) return blow;
  await killThese(scene, 'dispatcher', membersOf(scene, 'dispatcher'));
  return blow;
};

/** For so long nobody can take the frozen one's work over. */
const BOTH_FROZEN_MS = 30_000;

/**
 * Stops all dispatchers when one has taken a slot and not yet called, then lets one go on: the other, if it was the one
 * that called, wakes when everyone else has long settled its submission.
 */
export const freezeBetweenSaveAndPost: Inject = async (scene) => {
  const { yard, over, injection } = scene;
  const standing = await untilStanding(scene, 'dispatcher', 'after_slot_taken');
  if (standing.length === 0) return undefined;
  const at = Date.now();
  const dispatchers = membersOf(scene, 'dispatcher');
  for (const each of dispatchers) each.freeze();
  await yard.wait(BOTH_FROZEN_MS, over);
  pickOf(scene, dispatchers)?.thaw();
  await yard.wait(injection.forMs - BOTH_FROZEN_MS, over);
  for (const each of dispatchers) each.thaw();
  return { at };
};
