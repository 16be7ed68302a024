import { isTerminal, type Training } from '@trainyard/domain';
import type { FaultRequest } from '@trainyard/runpod-simulator';
import type { Injection } from '../plan/schedule.ts';
import { type InjectionContext, type Injector, loadTrainings, pickTarget, waitFor } from './context.ts';

/** Creates the simulator faults of an injection. `others`: the ids of the trainings that are not its target, ended first. */
export type FaultRequestFactory = (
  injection: Injection,
  others: readonly string[],
) => readonly FaultRequest[];

/** Phase of a training that a fault affects. A training is the target of a single fault per phase. */
export type TargetPhase = 'submission' | 'worker' | 'end';

/** Returns a name that is unique among the faults of the seed. */
export function toTag(
  { injection }: Pick<InjectionContext, 'injection'>,
  ...more: readonly (string | number)[]
): string {
  return [injection.kind, injection.atMs, ...more].join('/');
}

/** Time at which the last of the tagged faults took effect; undefined while any of them is pending. */
function findInjectedAt({ cluster }: InjectionContext, tags: readonly string[]): number | undefined {
  const events = cluster.provider.events();
  const hits = tags.map((tag) => events.find((each) => each.tag === tag)?.at);
  return hits.some((at) => at === undefined) ? undefined : Math.max(...hits.map(Number));
}

/** Waits until all tagged faults took effect. Returns undefined when the schedule is over first. */
function waitUntilInjected(context: InjectionContext, tags: readonly string[]): Promise<number | undefined> {
  return waitFor(context, async () => findInjectedAt(context, tags));
}

function tagFaults(
  context: InjectionContext,
  more: { readonly training_id?: string; readonly turn: number; readonly others?: readonly string[] },
  toFaults: FaultRequestFactory,
): { readonly faults: readonly FaultRequest[]; readonly tags: readonly string[] } {
  const { turn, others = [], ...aim } = more;
  const faults = toFaults(context.injection, others).map((fault, n) => ({
    ...fault,
    ...aim,
    tag: toTag(context, turn, n),
  }));
  return { faults, tags: faults.map(({ tag }) => tag) };
}

function toInjectionResult(at: number | undefined, tags: readonly string[]) {
  return {
    tags,
    ...(at !== undefined && { at }),
  };
}

/** Injects faults into the next calls of any process. A repeated injection waits for its own faults alone. */
export function injectIntoNextCalls(toFaults: FaultRequestFactory): Injector {
  let turn = 0;
  return async (context) => {
    turn += 1;
    const { faults, tags } = tagFaults(context, { turn }, toFaults);
    await context.cluster.simulator.injectFaults(...faults);
    return toInjectionResult(await waitUntilInjected(context, tags), tags);
  };
}

/** Statuses of trainings that have not reached the phase, the nearest statuses first. */
const TARGET_STATUSES: { readonly [C in TargetPhase]: readonly (readonly Training['status'][])[] } = {
  submission: [['queued']],
  worker: [['submitted', 'submitting'], ['queued']],
  end: [['running'], ['submitted', 'submitting'], ['queued']],
};

async function findTarget(context: InjectionContext, phase: TargetPhase): Promise<Training | undefined> {
  const targeted = context.eventLog.targeted;
  const free = (await loadTrainings(context)).filter(({ id }) => !targeted.has(`${phase} ${id}`));
  const choices = TARGET_STATUSES[phase].map((statuses) =>
    free.filter(({ status, cancelRequested }) => statuses.includes(status) && !cancelRequested),
  );
  return pickTarget(context, choices.find((each) => each.length > 0) ?? []);
}

async function hasEnded(context: InjectionContext, id: string): Promise<boolean> {
  return (await loadTrainings(context)).some((each) => each.id === id && isTerminal(each));
}

/** Waits until the tagged faults took effect or the target training ended. Returns the time, or `ended`. */
export function waitUntilInjectedOrEnded(
  context: InjectionContext,
  id: string,
  tags: readonly string[],
): Promise<number | 'ended' | undefined> {
  return waitFor(context, async () => {
    const ended = await hasEnded(context, id);
    return findInjectedAt(context, tags) ?? (ended ? 'ended' : undefined);
  });
}

async function listOthers(context: InjectionContext, id: string): Promise<readonly string[]> {
  const others = (await loadTrainings(context)).filter((each) => each.id !== id);
  return others.toSorted((a, b) => Number(isTerminal(b)) - Number(isTerminal(a))).map((each) => each.id);
}

/** Injects faults into the phases of a training. When it ends without them, the next training becomes the target. */
export function injectIntoTraining(
  phases: readonly [TargetPhase, ...TargetPhase[]],
  toFaults: FaultRequestFactory,
): Injector {
  return async (context) => {
    for (let turn = 0; ; turn += 1) {
      const target = await waitFor(context, () => findTarget(context, phases[0]));
      if (!target) return undefined;
      for (const phase of phases) context.eventLog.targeted.add(`${phase} ${target.id}`);
      const others = await listOthers(context, target.id);
      const { faults, tags } = tagFaults(context, { training_id: target.id, turn, others }, toFaults);
      await context.cluster.simulator.injectFaults(...faults);
      const injectedAt = await waitUntilInjectedOrEnded(context, target.id, tags);
      if (injectedAt !== 'ended') return toInjectionResult(injectedAt, tags);
    }
  };
}
