import type { SlotsView, TrainingView } from '@trainyard/contracts';

/** What the slots show: one box a slot, so that no box appears or leaves while trainings start and end. */
export interface SlotBoxes {
  readonly cards: readonly TrainingView[];
  /** Slots that are in use by a training not loaded yet. */
  readonly startingCount: number;
  readonly freeCount: number;
  /** Trainings that end without a slot and find no free box; they are listed among the finished ones. */
  readonly finishing: readonly TrainingView[];
}

/** Assigns the live trainings to the boxes: those with a slot in the order of the slots, then those that end, while boxes are free. */
export function assignBoxes(slots: SlotsView, live: readonly TrainingView[]): SlotBoxes {
  const order = new Map(slots.in_use.map(({ training_id: id }, index) => [id, index]));
  const place = ({ id }: TrainingView): number => order.get(id) ?? order.size;
  const holding = live
    .filter(({ status }) => status !== 'finalizing')
    .toSorted((one, other) => place(one) - place(other));
  const ending = live.filter(({ status }) => status === 'finalizing');
  const startingCount = Math.max(0, slots.in_use.length - holding.length);
  const room = Math.max(0, slots.max_concurrency - holding.length - startingCount);
  return {
    cards: [...holding, ...ending.slice(0, room)],
    startingCount,
    freeCount: Math.max(0, room - ending.length),
    finishing: ending.slice(room),
  };
}

/** Places of the cards by training id. */
export type Places = ReadonlyMap<string, number>;

/** Assigns places to cards: a card that is shown keeps its place, a new one takes the first free place. */
export function assignPlaces(before: Places, ids: readonly string[]): Places {
  const kept = new Map(ids.flatMap((id) => (before.has(id) ? [[id, before.get(id) ?? 0] as const] : [])));
  for (const id of ids) if (!kept.has(id)) kept.set(id, findFreePlace(kept));
  return kept;
}

function findFreePlace(places: Places): number {
  const taken = new Set(places.values());
  let place = 0;
  while (taken.has(place)) place += 1;
  return place;
}
