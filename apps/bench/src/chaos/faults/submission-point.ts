import { setTimeout as sleep } from 'node:timers/promises';
import { readHistory } from '@trainyard/runpod-stand-in';
import type { Scene } from './scene.ts';

const LOOK_EVERY_MS = 1;

const slotsTaken = async ({ yard }: Scene): Promise<ReadonlySet<string>> =>
  new Set((await yard.deps.store.ledger()).map(({ trainingId, attempt }) => `${trainingId}/${attempt}`));

/** Waits for the moment after a slot was taken and before the call goes out. False when none came in time. */
export const untilSlotTaken = async (scene: Scene): Promise<boolean> => {
  let before = await slotsTaken(scene).catch(() => undefined);
  while (!scene.over.aborted) {
    const now = await slotsTaken(scene).catch(() => undefined);
    if (before && now && [...now].some((each) => !before?.has(each))) return true;
    before = now;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
};

/** Waits until a call to `/run` is held by the stand-in. False when none came in time. */
export const untilPostHeld = async ({ yard, over }: Scene): Promise<boolean> => {
  const held = (): number =>
    readHistory(yard.historyFile)
      .events()
      .filter(({ event, detail }) => event === 'fault' && detail === 'slow on run').length;
  const before = held();
  while (!over.aborted) {
    if (held() > before) return true;
    await sleep(LOOK_EVERY_MS * 5);
  }
  return false;
};
