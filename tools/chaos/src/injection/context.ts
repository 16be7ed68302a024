import { setTimeout as sleep } from 'node:timers/promises';
import type { Training } from '@trainyard/domain';
import type { ChaosCluster } from '../cluster/cluster.ts';
import type { SupervisedProcess } from '../cluster/supervised-process.ts';
import type { EventLog } from '../evidence/event-log.ts';
import type { Injection } from '../plan/schedule.ts';

/** Where a fault strikes. */
export interface InjectionContext {
  readonly cluster: ChaosCluster;
  readonly eventLog: EventLog;
  readonly injection: Injection;
  /** Comes when the schedule is over: what was broken is to be mended then. */
  readonly signal: AbortSignal;
}

/** How a fault struck. */
interface InjectionResult {
  /** When it did harm, epoch ms, real; when it was asked for, unless told. */
  readonly at?: number;
  /** Faults of the stand-in: the blow counts when all of them struck, which its history tells. */
  readonly tags?: readonly string[];
  /** Others of its kind live on and can take its work over at once, before it is mended. */
  readonly peersLive?: boolean;
}

/** Carries a fault out and mends what it broke. Undefined: there was nothing to strike. */
export type Injector = (context: InjectionContext) => Promise<InjectionResult | undefined>;

/** How often it is looked whether there is something to strike, once for all who wait. Real ms. */
const POLL_INTERVAL_MS = 40;

/** Looks until there is something, or the schedule is over. */
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

export function pickTarget<T>(
  { injection }: Pick<InjectionContext, 'injection'>,
  candidates: readonly T[],
): T | undefined {
  return candidates[Math.floor(injection.pick * candidates.length)];
}

export function listProcesses(
  { cluster }: Pick<InjectionContext, 'cluster'>,
  app: SupervisedProcess['app'],
): readonly SupervisedProcess[] {
  return cluster.processes.filter((each) => each.app === app);
}

/** Waits as long as the fault lasts, or until the schedule is over. */
export function waitFaultDuration({ cluster, injection, signal }: InjectionContext): Promise<void> {
  return cluster.wait(injection.forMs, signal);
}

interface CachedTrainings {
  readonly at: number;
  readonly trainings: Promise<readonly Training[]>;
}
const trainingCache = new WeakMap<EventLog, CachedTrainings>();

/** The accepted trainings as the record has them now; none while it cannot be read. */
export function loadTrainings({ cluster, eventLog }: InjectionContext): Promise<readonly Training[]> {
  const last = trainingCache.get(eventLog);
  if (last && performance.now() - last.at < POLL_INTERVAL_MS) return last.trainings;
  const ids = eventLog.accepted.map(({ trainingId }) => trainingId);
  const trainings = cluster.deps.store.loadAll(ids).catch(() => []);
  trainingCache.set(eventLog, { at: performance.now(), trainings });
  return trainings;
}

/** Waits for trainings of a sort and picks one of them. */
export function waitForTraining(
  context: InjectionContext,
  matches: (training: Training) => boolean,
): Promise<Training | undefined> {
  return waitFor(context, async () => pickTarget(context, (await loadTrainings(context)).filter(matches)));
}
