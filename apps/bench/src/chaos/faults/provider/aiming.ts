import { isTerminal, type Training } from '@trainyard/domain';
import type { FaultRequest } from '@trainyard/runpod-simulator';
import type { Injection } from '../../plan/schedule.ts';
import { type Injector, pickTarget, type InjectionContext, loadTrainings, waitFor } from '../scene.ts';

/** The faults that an injection asks the stand-in for. */
export type FaultRequestFactory = (injection: Injection) => readonly FaultRequest[];

/** What of a training a fault strikes: two of one sort on one training would take each other's target. */
export type TargetPhase = 'submission' | 'worker' | 'end';

/** A name that no other fault of the seed has. */
export const toTag = (
  { injection }: Pick<InjectionContext, 'injection'>,
  ...more: readonly (string | number)[]
): string => [injection.kind, injection.atMs, ...more].join('/');

/** When each fault with one of these tags has struck; undefined while one of them has not. */
const findInjectedAt = ({ cluster }: InjectionContext, tags: readonly string[]): number | undefined => {
  const events = cluster.provider.events();
  const hits = tags.map((tag) => events.find((each) => each.tag === tag)?.at);
  return hits.some((at) => at === undefined) ? undefined : Math.max(...hits.map(Number));
};

/** Waits until all of them have struck. Undefined when the schedule is over before. */
const waitUntilInjected = (scene: InjectionContext, tags: readonly string[]): Promise<number | undefined> =>
  waitFor(scene, async () => findInjectedAt(scene, tags));

const tagFaults = (
  scene: InjectionContext,
  more: { readonly training_id?: string; readonly turn: number },
  wish: FaultRequestFactory,
): { readonly faults: readonly FaultRequest[]; readonly tags: readonly string[] } => {
  const { turn, ...aim } = more;
  const faults = wish(scene.injection).map((fault, n) => ({ ...fault, ...aim, tag: toTag(scene, turn, n) }));
  return { faults, tags: faults.map(({ tag }) => tag) };
};

const toInjectionResult = (at: number | undefined, tags: readonly string[]) => ({
  tags,
  ...(at !== undefined && { at }),
});

/** Asks for faults that strike the next calls, whoever makes them. */
export const injectIntoNextCalls =
  (wish: FaultRequestFactory): Injector =>
  async (scene) => {
    const { faults, tags } = tagFaults(scene, { turn: 0 }, wish);
    await scene.cluster.simulator.injectFaults(...faults);
    return toInjectionResult(await waitUntilInjected(scene, tags), tags);
  };

/** Which trainings still have before them what is to be struck, those first to whom it comes soonest. */
const TARGET_STATUSES: { readonly [C in TargetPhase]: readonly (readonly Training['status'][])[] } = {
  submission: [['queued']],
  worker: [['submitted', 'submitting'], ['queued']],
  end: [['running'], ['submitted', 'submitting'], ['queued']],
};

const findTarget = async (scene: InjectionContext, channel: TargetPhase): Promise<Training | undefined> => {
  const taken = scene.eventLog.targeted;
  const free = (await loadTrainings(scene)).filter(({ id }) => !taken.has(`${channel} ${id}`));
  const choices = TARGET_STATUSES[channel].map((statuses) =>
    free.filter(({ status, cancelRequested }) => statuses.includes(status) && !cancelRequested),
  );
  return pickTarget(scene, choices.find((each) => each.length > 0) ?? []);
};

const hasEnded = async (context: InjectionContext, id: string): Promise<boolean> =>
  (await loadTrainings(context)).some((each) => each.id === id && isTerminal(each));

/** Waits for the blow, or for the end of the training that it was meant for. */
export const waitUntilInjectedOrEnded = (
  scene: InjectionContext,
  id: string,
  tags: readonly string[],
): Promise<number | 'ended' | undefined> =>
  waitFor(scene, async () => {
    const ended = await hasEnded(scene, id);
    return findInjectedAt(scene, tags) ?? (ended ? 'ended' : undefined);
  });

/** Asks for faults of one training's next submission, run or end; when it ends without, of another one's. */
export const injectIntoTraining =
  (channels: readonly [TargetPhase, ...TargetPhase[]], wish: FaultRequestFactory): Injector =>
  async (scene) => {
    for (let turn = 0; ; turn += 1) {
      const target = await waitFor(scene, () => findTarget(scene, channels[0]));
      if (!target) return undefined;
      for (const channel of channels) scene.eventLog.targeted.add(`${channel} ${target.id}`);
      const { faults, tags } = tagFaults(scene, { training_id: target.id, turn }, wish);
      await scene.cluster.simulator.injectFaults(...faults);
      const struck = await waitUntilInjectedOrEnded(scene, target.id, tags);
      if (struck !== 'ended') return toInjectionResult(struck, tags);
    }
  };
