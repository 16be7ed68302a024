import type { SupervisedProcess } from '../cluster/supervised-process.ts';
import {
  type InjectionContext,
  type Injector,
  listProcesses,
  waitFaultDuration,
} from '../injection/context.ts';
import { type FaultPointPattern, waitUntilStopped } from '../injection/fault-points.ts';
import { injectIntoTraining } from '../injection/target.ts';

/** Kills a process when it reaches a fault point. */
export function killAt(app: SupervisedProcess['app'], point: FaultPointPattern): Injector {
  return async (context) => {
    const stopped = await waitUntilStopped(context, app, point);
    if (stopped.length === 0) return undefined;
    const at = Date.now();
    const processes = listProcesses(context, app);
    const victims = killsPeersToo(context) ? processes : stopped;
    await killProcesses(context, app, victims);
    return { at, peersLive: victims.length < processes.length };
  };
}

/** Kills the victims, thaws their stopped peers and restarts the victims after the duration of the fault. */
async function killProcesses(
  context: InjectionContext,
  app: SupervisedProcess['app'],
  victims: readonly SupervisedProcess[],
): Promise<void> {
  await Promise.all(victims.map((each) => each.kill()));
  for (const each of listProcesses(context, app)) each.thaw();
  await waitFaultDuration(context);
  for (const each of victims) each.restart();
}

/** Every second time the peers are killed as well, so that only successors can continue the work. */
function killsPeersToo({ injection }: InjectionContext): boolean {
  return Math.floor(injection.pick * 1_000) % 2 === 0;
}

const POST_HELD_MS = 20_000;
const delayPost = injectIntoTraining(['submission'], () => [
  { kind: 'slow', op: 'run', delay_ms: POST_HELD_MS },
]);

/** Kills all dispatchers during a submission that the provider then accepts. */
export const killDuringPost: Injector = async (context) => {
  const result = await delayPost(context);
  if (result?.at === undefined) return result;
  await killProcesses(context, 'dispatcher', listProcesses(context, 'dispatcher'));
  return result;
};
