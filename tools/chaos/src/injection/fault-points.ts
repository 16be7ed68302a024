import { setTimeout as sleep } from 'node:timers/promises';
import { toDefaultOutputKey } from '@trainyard/domain';
import type { FaultPoint } from '../cluster/fault-settings.ts';
import type { SupervisedProcess } from '../cluster/supervised-process.ts';
import { type InjectionContext, listProcesses, waitFor } from './context.ts';
import { toTag } from './target.ts';

/** A fault point without the id of its injection. */
export type FaultPointPattern = Omit<FaultPoint, 'id'>;

function toEventPattern(event: string): string {
  return `"type":"${event}"`;
}

/** The request is saved, and the response is not sent. */
export const AFTER_ACCEPTED: FaultPointPattern = { stops: 'after', substrings: [toEventPattern('accepted')] };
/** The submission is prepared, and the slot is not acquired. */
export const BEFORE_SLOT_ACQUIRED: FaultPointPattern = {
  stops: 'before',
  substrings: [toEventPattern('submission_started')],
};
/** The slot is acquired, and the request is not sent. */
export const AFTER_SLOT_ACQUIRED: FaultPointPattern = {
  stops: 'after',
  substrings: [toEventPattern('submission_started')],
};
/** The manifest contains the model, and the end of the training is not saved. */
export const BEFORE_END_SAVED: FaultPointPattern = {
  stops: 'before',
  substrings: [toEventPattern('output_verified')],
};
/**
 * The provider has reported the end of a run, and the reconciler reads the object store before it saves the event. Only
 * here can an event become stale: calls to the provider and to Redis time out.
 */
export function beforeOutputLookup(trainingId: string, attempt: number): FaultPointPattern {
  return {
    stops: 'before',
    substrings: [`/store/${toDefaultOutputKey(trainingId, attempt)}`],
  };
}

/** A second process can reach the point before it reads the changed settings. Real ms. */
const PROPAGATION_MS = 30;

/** Waits for processes of an app that stop at a point. Returns an empty list when the schedule is over first. */
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
