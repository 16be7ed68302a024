import type { Member } from '../yard/member.ts';
import { type Inject, lasting, membersOf, pickOf } from './scene.ts';

/** Ends one process of an app at no chosen point; another follows later. */
export const killOne =
  (app: Member['app']): Inject =>
  async (scene) => {
    const members = membersOf(scene, app);
    const victim = pickOf(scene, members);
    await victim?.kill();
    await lasting(scene);
    victim?.revive();
    return victim && { peersLive: members.length > 1 };
  };

/** Stops one process of an app as a paused machine would. */
export const freezeOne =
  (app: Member['app']): Inject =>
  async (scene) => {
    const victim = pickOf(scene, membersOf(scene, app));
    victim?.freeze();
    await lasting(scene);
    victim?.thaw();
    return victim && {};
  };

/** Nobody looks at any run until the provider has forgotten how it ended. */
export const missRetention: Inject = async (scene) => {
  const reconcilers = membersOf(scene, 'reconciler');
  for (const each of reconcilers) each.freeze();
  await lasting(scene);
  for (const each of reconcilers) each.thaw();
  return {};
};
