import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../../yard/member.ts';
import type { NamedPoint } from '../../yard/weather.ts';
import { membersOf, type Scene, untilFound } from '../scene.ts';

const saving = (event: string): string => `"type":"${event}"`;

/** A request is kept, and its caller has not heard of it. */
export const AFTER_ACCEPTED: NamedPoint = { stops: 'after', words: [saving('accepted')] };
/** All is prepared, and the slot not yet asked for. */
export const BEFORE_SLOT_TAKEN: NamedPoint = { stops: 'before', words: [saving('submission_started')] };
/** The slot is taken, and the call has not gone out. */
export const AFTER_SLOT_TAKEN: NamedPoint = { stops: 'after', words: [saving('submission_started')] };
/** The manifest names the model, and the record does not yet say so. */
export const BEFORE_END_SAVED: NamedPoint = { stops: 'before', words: [saving('output_verified')] };
/** The provider has told how the run ended, and the record does not know it yet. */
export const beforeRunEndSaved = (trainingId: string): NamedPoint => ({
  stops: 'before',
  words: [saving('run_ended'), trainingId],
});

/** A second process may come to the point before it learns that it need not stop. Real ms. */
const WORD_REACHES_ALL_MS = 30;

/** Waits until processes of an app stand at a point. None: nobody came there before the schedule was over. */
export const untilStanding = async (
  scene: Scene,
  app: Member['app'],
  stopAt: NamedPoint,
): Promise<readonly Member[]> => {
  const members = membersOf(scene, app);
  for (const each of members) each.see({ stopAt });
  await untilFound(scene, async () => members.find((each) => each.stands()));
  for (const each of members) each.see({ stopAt: undefined });
  await sleep(WORD_REACHES_ALL_MS);
  return members.filter((each) => each.stands());
};
