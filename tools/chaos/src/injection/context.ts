import { setTimeout as sleep } from 'node:timers/promises';
import type { Training } from '@trainyard/domain';
import type { ChaosCluster } from '../cluster/cluster.ts';
import type { SupervisedProcess } from '../cluster/supervised-process.ts';
import type { EventLog } from '../evidence/event-log.ts';
import type { Injection } from '../plan/schedule.ts';

/** The cluster and the schedule entry of a fault. */
export interface InjectionContext {
  readonly cluster: ChaosCluster;
  readonly eventLog: EventLog;
  readonly injection: Injection;
  /** Aborted when the schedule is over; the fault is then undone. */
  readonly signal: AbortSignal;
}

/** Result of an executed fault. */
interface InjectionResult {
  /** Time at which the fault took effect, unscaled epoch ms; the time of the request by default. */
  readonly at?: number;
  /** Tags of simulator faults; the injection counts only when the history contains all of them. */
  readonly tags?: readonly string[];
  /** True when peers can continue the work before the fault is undone. */
  readonly peersLive?: boolean;
}

/** Executes a fault and undoes it. Returns undefined when the fault found no target. */
export type Injector = (context: InjectionContext) => Promise<InjectionResult | undefined>;

/** Interval of the search for a target, shared by all waiting faults. Real ms. */
const POLL_INTERVAL_MS = 40;

/** Calls `find` until it returns a value. Returns undefined when the schedule is over. */
export async function waitFor<T>(
  { signal }: Pick<InjectionContext, 'signal'>,
  find: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (;;) {
    const found = await find();
    if (found !== undefined || signal.aborted) return found;
    await sleep(POLL_INTERVAL_MS);
  }
}

/** Picks a candidate by the random number of the injection; undefined without candidates. */
export function pickTarget<T>(
  { injection }: Pick<InjectionContext, 'injection'>,
  candidates: readonly T[],
): T | undefined {
  return candidates[Math.floor(injection.pick * candidates.length)];
}

/** The supervised processes of an app. */
export function listProcesses(
  { cluster }: Pick<InjectionContext, 'cluster'>,
  app: SupervisedProcess['app'],
): readonly SupervisedProcess[] {
  return cluster.processes.filter((each) => each.app === app);
}

/** Waits for the duration of the fault, or until the schedule is over. */
export function waitFaultDuration({ cluster, injection, signal }: InjectionContext): Promise<void> {
  return cluster.wait(injection.forMs, signal);
}

interface CachedTrainings {
  readonly at: number;
  readonly trainings: Promise<readonly Training[]>;
}
const trainingCache = new WeakMap<EventLog, CachedTrainings>();

/** Loads the accepted trainings from the state store; an empty list while Redis is unavailable. */
export function loadTrainings({ cluster, eventLog }: InjectionContext): Promise<readonly Training[]> {
  const last = trainingCache.get(eventLog);
  if (last && performance.now() - last.at < POLL_INTERVAL_MS) return last.trainings;
  const ids = eventLog.accepted.map(({ trainingId }) => trainingId);
  const trainings = cluster.deps.store.loadAll(ids).catch(() => []);
  trainingCache.set(eventLog, { at: performance.now(), trainings });
  return trainings;
}

/** Waits for matching trainings and picks a target among them. */
export function waitForTraining(
  context: InjectionContext,
  matches: (training: Training) => boolean,
): Promise<Training | undefined> {
  return waitFor(context, async () => pickTarget(context, (await loadTrainings(context)).filter(matches)));
}

/** Executes the faults of a lock one after the other; a fault whose turn never comes finds no target. */
export function injectOneAtATime(lock: string, inject: Injector): Injector {
  return async (context) => {
    const { targeted } = context.eventLog;
    await waitFor(context, async () => (targeted.has(lock) ? undefined : true));
    if (context.signal.aborted) return undefined;
    targeted.add(lock);
    return inject(context).finally(() => targeted.delete(lock));
  };
}
