import { setTimeout as sleep } from 'node:timers/promises';
import { toOutputKey } from '@trainyard/domain';
import type { FaultPoint } from '../cluster/fault-settings.ts';
import type { SupervisedProcess } from '../cluster/supervised-process.ts';
import { type InjectionContext, listProcesses, waitFor } from './context.ts';
import { toTag } from './target.ts';

/** A point of our own code, wherever and whenever a process comes to it. */
export type FaultPointPattern = Omit<FaultPoint, 'id'>;

function toEventPattern(event: string): string {
  return `"type":"${event}"`;
}

/** A request is kept, and its caller has not heard of it. */
export const AFTER_ACCEPTED: FaultPointPattern = { stops: 'after', substrings: [toEventPattern('accepted')] };
/** All is prepared, and the slot not yet asked for. */
export const BEFORE_SLOT_ACQUIRED: FaultPointPattern = {
  stops: 'before',
  substrings: [toEventPattern('submission_started')],
};
/** The slot is taken, and the call has not gone out. */
export const AFTER_SLOT_ACQUIRED: FaultPointPattern = {
  stops: 'after',
  substrings: [toEventPattern('submission_started')],
};
/** The manifest names the model, and the record does not yet say so. */
export const BEFORE_END_SAVED: FaultPointPattern = {
  stops: 'before',
  substrings: [toEventPattern('output_verified')],
};
/**
 * The provider has told how a run ended, and the store is looked into before the record learns it. Only there old
 * news can outlive its attempt: every call to the provider or to Redis is given up in time.
 */
export function beforeOutputLookup(trainingId: string, attempt: number): FaultPointPattern {
  return {
    stops: 'before',
    substrings: [`/store/${toOutputKey(trainingId, attempt)}`],
  };
}

/** A second process may come to the point before it learns that it need not stop. Real ms. */
const PROPAGATION_MS = 30;

/** Waits until processes of an app stand at a point. None: nobody came there before the schedule was over. */
export async function waitUntilStopped(
  context: InjectionContext,
  app: SupervisedProcess['app'],
  pattern: FaultPointPattern,
): Promise<readonly SupervisedProcess[]> {
  const processes = listProcesses(context, app);
  const point = { ...pattern, id: toTag(context).replaceAll('/', '-') };
  for (const each of processes) each.stopAt(point);
  await waitFor(context, async () => processes.find((each) => each.isStoppedAt(point)));
  for (const each of processes) each.clearPoint(point);
  await sleep(PROPAGATION_MS);
  return processes.filter((each) => each.isStoppedAt(point));
}
