import { setTimeout as sleep } from 'node:timers/promises';
import { toOutputKey } from '@trainyard/domain';
import type { Member } from '../../yard/member.ts';
import type { NamedPoint } from '../../yard/weather.ts';
import { tagOf } from '../provider/aiming.ts';
import { membersOf, type Scene, untilFound } from '../scene.ts';

/** A point of our own code, wherever and whenever a process comes to it. */
export type Moment = Omit<NamedPoint, 'id'>;

const saving = (event: string): string => `"type":"${event}"`;

/** A request is kept, and its caller has not heard of it. */
export const AFTER_ACCEPTED: Moment = { stops: 'after', words: [saving('accepted')] };
/** All is prepared, and the slot not yet asked for. */
export const BEFORE_SLOT_TAKEN: Moment = { stops: 'before', words: [saving('submission_started')] };
/** The slot is taken, and the call has not gone out. */
export const AFTER_SLOT_TAKEN: Moment = { stops: 'after', words: [saving('submission_started')] };
/** The manifest names the model, and the record does not yet say so. */
export const BEFORE_END_SAVED: Moment = { stops: 'before', words: [saving('output_verified')] };
/**
 * The provider has told how a run ended, and the store is looked into before the record learns it. Only there old
 * news can outlive its attempt: every call to the provider or to Redis is given up in time.
 */
export const beforeBadEndIsBelieved = (trainingId: string, attempt: number): Moment => ({
  stops: 'before',
  words: [`/store/${toOutputKey(trainingId, attempt)}`],
});

/** A second process may come to the point before it learns that it need not stop. Real ms. */
const WORD_REACHES_ALL_MS = 30;

/** Waits until processes of an app stand at a point. None: nobody came there before the schedule was over. */
export const untilStanding = async (
  scene: Scene,
  app: Member['app'],
  moment: Moment,
): Promise<readonly Member[]> => {
  const members = membersOf(scene, app);
  const point = { ...moment, id: tagOf(scene).replaceAll('/', '-') };
  for (const each of members) each.stopAt(point);
  await untilFound(scene, async () => members.find((each) => each.stands(point)));
  for (const each of members) each.passOn(point);
  await sleep(WORD_REACHES_ALL_MS);
  return members.filter((each) => each.stands(point));
};
