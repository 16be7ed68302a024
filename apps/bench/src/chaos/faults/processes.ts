import type { SupervisedProcess } from '../yard/member.ts';
import { type Injector, waitFaultDuration, listProcesses, pickTarget } from './scene.ts';

/** Ends one process of an app at no chosen point; another follows later. */
export const killOne =
  (app: SupervisedProcess['app']): Injector =>
  async (scene) => {
    const members = listProcesses(scene, app);
    const victim = pickTarget(scene, members);
    await victim?.kill();
    await waitFaultDuration(scene);
    victim?.restart();
    return victim && { peersLive: members.length > 1 };
  };

/** Stops one process of an app as a paused machine would. */
export const freezeOne =
  (app: SupervisedProcess['app']): Injector =>
  async (scene) => {
    const victim = pickTarget(scene, listProcesses(scene, app));
    victim?.freeze();
    await waitFaultDuration(scene);
    victim?.thaw();
    return victim && {};
  };

/** Nobody looks at any run until the provider has forgotten how it ended. */
export const freezeReconcilers: Injector = async (scene) => {
  const reconcilers = listProcesses(scene, 'reconciler');
  for (const each of reconcilers) each.freeze();
  await waitFaultDuration(scene);
  for (const each of reconcilers) each.thaw();
  return {};
};
