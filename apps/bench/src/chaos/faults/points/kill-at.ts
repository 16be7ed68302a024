import type { Member } from '../../yard/member.ts';
import { onOneTraining } from '../provider/aiming.ts';
import { type Inject, lasting, membersOf, type Scene } from '../scene.ts';
import { type Moment, untilStanding } from './points.ts';

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
  (app: Member['app'], moment: Moment): Inject =>
  async (scene) => {
    const standing = await untilStanding(scene, app, moment);
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
