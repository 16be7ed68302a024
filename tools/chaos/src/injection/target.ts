import { isTerminal, type Training } from '@trainyard/domain';
import type { FaultRequest } from '@trainyard/runpod-simulator';
import type { Injection } from '../plan/schedule.ts';
import { type InjectionContext, type Injector, loadTrainings, pickTarget, waitFor } from './context.ts';

/** The faults that an injection asks the stand-in for. */
export type FaultRequestFactory = (injection: Injection) => readonly FaultRequest[];

/** What of a training a fault strikes: two of one sort on one training would take each other's target. */
export type TargetPhase = 'submission' | 'worker' | 'end';

/** A name that no other fault of the seed has. */
export function toTag(
  { injection }: Pick<InjectionContext, 'injection'>,
  ...more: readonly (string | number)[]
): string {
  return [injection.kind, injection.atMs, ...more].join('/');
}

/** When each fault with one of these tags has struck; undefined while one of them has not. */
function findInjectedAt({ cluster }: InjectionContext, tags: readonly string[]): number | undefined {
  const events = cluster.provider.events();
  const hits = tags.map((tag) => events.find((each) => each.tag === tag)?.at);
  return hits.some((at) => at === undefined) ? undefined : Math.max(...hits.map(Number));
}

/** Waits until all of them have struck. Undefined when the schedule is over before. */
function waitUntilInjected(context: InjectionContext, tags: readonly string[]): Promise<number | undefined> {
  return waitFor(context, async () => findInjectedAt(context, tags));
}

function tagFaults(
  context: InjectionContext,
  more: { readonly training_id?: string; readonly turn: number },
  toFaults: FaultRequestFactory,
): { readonly faults: readonly FaultRequest[]; readonly tags: readonly string[] } {
  const { turn, ...aim } = more;
  const faults = toFaults(context.injection).map((fault, n) => ({
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

/** Asks for faults that strike the next calls, whoever makes them. */
export function injectIntoNextCalls(toFaults: FaultRequestFactory): Injector {
  return async (context) => {
    const { faults, tags } = tagFaults(context, { turn: 0 }, toFaults);
    await context.cluster.simulator.injectFaults(...faults);
    return toInjectionResult(await waitUntilInjected(context, tags), tags);
  };
}

/** Which trainings still have before them what is to be struck, those first to whom it comes soonest. */
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

/** Waits for the blow, or for the end of the training that it was meant for. */
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

/** Asks for faults of one training's next submission, run or end; when it ends without, of another one's. */
export function injectIntoTraining(
  phases: readonly [TargetPhase, ...TargetPhase[]],
  toFaults: FaultRequestFactory,
): Injector {
  return async (context) => {
    for (let turn = 0; ; turn += 1) {
      const target = await waitFor(context, () => findTarget(context, phases[0]));
      if (!target) return undefined;
      for (const phase of phases) context.eventLog.targeted.add(`${phase} ${target.id}`);
      const { faults, tags } = tagFaults(context, { training_id: target.id, turn }, toFaults);
      await context.cluster.simulator.injectFaults(...faults);
      const injectedAt = await waitUntilInjectedOrEnded(context, target.id, tags);
      if (injectedAt !== 'ended') return toInjectionResult(injectedAt, tags);
    }
  };
}
