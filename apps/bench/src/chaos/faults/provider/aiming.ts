import { isTerminal, type Training } from '@trainyard/domain';
import type { FaultRequest } from '@trainyard/runpod-simulator';
import type { Injection } from '../../plan/schedule.ts';
import { type Inject, pickOf, type Scene, trainingsNow, untilFound } from '../scene.ts';

/** The faults that an injection asks the stand-in for. */
export type Wish = (injection: Injection) => readonly FaultRequest[];

/** What of a training a fault strikes: two of one sort on one training would take each other's target. */
export type Channel = 'submission' | 'worker' | 'end';

/** A name that no other fault of the seed has. */
export const tagOf = (
  { injection }: Pick<Scene, 'injection'>,
  ...more: readonly (string | number)[]
): string => [injection.kind, injection.atMs, ...more].join('/');

/** When each fault with one of these tags has struck; undefined while one of them has not. */
const struckAt = ({ yard }: Scene, tags: readonly string[]): number | undefined => {
  const events = yard.provider.events();
  const hits = tags.map((tag) => events.find((each) => each.tag === tag)?.at);
  return hits.some((at) => at === undefined) ? undefined : Math.max(...hits.map(Number));
};

/** Waits until all of them have struck. Undefined when the schedule is over before. */
const untilStruck = (scene: Scene, tags: readonly string[]): Promise<number | undefined> =>
  untilFound(scene, async () => struckAt(scene, tags));

const tagged = (
  scene: Scene,
  more: { readonly training_id?: string; readonly turn: number },
  wish: Wish,
): { readonly faults: readonly FaultRequest[]; readonly tags: readonly string[] } => {
  const { turn, ...aim } = more;
  const faults = wish(scene.injection).map((fault, n) => ({ ...fault, ...aim, tag: tagOf(scene, turn, n) }));
  return { faults, tags: faults.map(({ tag }) => tag) };
};

const blow = (at: number | undefined, tags: readonly string[]) => ({
  tags,
  ...(at !== undefined && { at }),
});

/** Asks for faults that strike the next calls, whoever makes them. */
export const onNextCalls =
  (wish: Wish): Inject =>
  async (scene) => {
    const { faults, tags } = tagged(scene, { turn: 0 }, wish);
    await scene.yard.standIn.strike(...faults);
    return blow(await untilStruck(scene, tags), tags);
  };

/** Which trainings still have before them what is to be struck, those first to whom it comes soonest. */
const HAS_BEFORE_IT: { readonly [C in Channel]: readonly (readonly Training['status'][])[] } = {
  submission: [['queued']],
  worker: [['submitted', 'submitting'], ['queued']],
  end: [['running'], ['submitted', 'submitting'], ['queued']],
};

const freeTarget = async (scene: Scene, channel: Channel): Promise<Training | undefined> => {
  const taken = scene.diary.aimedAt;
  const free = (await trainingsNow(scene)).filter(({ id }) => !taken.has(`${channel} ${id}`));
  const choices = HAS_BEFORE_IT[channel].map((statuses) =>
    free.filter(({ status, cancelRequested }) => statuses.includes(status) && !cancelRequested),
  );
  return pickOf(scene, choices.find((each) => each.length > 0) ?? []);
};

const hasEnded = async (scene: Scene, id: string): Promise<boolean> =>
  (await trainingsNow(scene)).some((each) => each.id === id && isTerminal(each));

/** Waits for the blow, or for the end of the training that it was meant for. */
export const struckOrEnded = (
  scene: Scene,
  id: string,
  tags: readonly string[],
): Promise<number | 'ended' | undefined> =>
  untilFound(scene, async () => {
    const ended = await hasEnded(scene, id);
    return struckAt(scene, tags) ?? (ended ? 'ended' : undefined);
  });

/** Asks for faults of one training's next submission, run or end; when it ends without, of another one's. */
export const onOneTraining =
  (channels: readonly [Channel, ...Channel[]], wish: Wish): Inject =>
  async (scene) => {
    for (let turn = 0; ; turn += 1) {
      const target = await untilFound(scene, () => freeTarget(scene, channels[0]));
      if (!target) return undefined;
      for (const channel of channels) scene.diary.aimedAt.add(`${channel} ${target.id}`);
      const { faults, tags } = tagged(scene, { training_id: target.id, turn }, wish);
      await scene.yard.standIn.strike(...faults);
      const struck = await struckOrEnded(scene, target.id, tags);
      if (struck !== 'ended') return blow(struck, tags);
    }
  };
