import type { SupervisedProcess } from '../cluster/supervised-process.ts';
import { type Injector, listProcesses, pickTarget, waitFaultDuration } from '../injection/context.ts';

/** Ends one process of an app at no chosen point; another follows later. */
export function killOne(app: SupervisedProcess['app']): Injector {
  return async (context) => {
    const processes = listProcesses(context, app);
    const victim = pickTarget(context, processes);
    await victim?.kill();
    await waitFaultDuration(context);
    victim?.restart();
    return victim && { peersLive: processes.length > 1 };
  };
}

/** Stops one process of an app as a paused machine would. */
export function freezeOne(app: SupervisedProcess['app']): Injector {
  return async (context) => {
    const victim = pickTarget(context, listProcesses(context, app));
    victim?.freeze();
    await waitFaultDuration(context);
    victim?.thaw();
    return victim && {};
  };
}

/** Nobody looks at any run until the provider has forgotten how it ended. */
export const freezeReconcilers: Injector = async (context) => {
  const reconcilers = listProcesses(context, 'reconciler');
  for (const each of reconcilers) each.freeze();
  await waitFaultDuration(context);
  for (const each of reconcilers) each.thaw();
  return {};
};
