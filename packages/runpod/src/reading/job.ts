import { omitUndefined } from '@trainyard/domain';
import { toCount, toObject, toText } from './values.ts';

/** RunPod's own validator of job ids (reference §1.3). */
const RUN_ID = /^[a-zA-Z0-9_-]+$/;

/** RunPod's job object, as far as it could be read. */
export interface Job {
  readonly id?: string;
  readonly status?: string;
  readonly delayMs?: number;
  readonly executionMs?: number;
  readonly workerId?: string;
  readonly output?: unknown;
  readonly error?: unknown;
}

/** Reads a job object; undefined when the answer is no JSON object. A field of an odd kind counts as absent. */
export function readJob(json: unknown): Job | undefined {
  const object = toObject(json);
  if (!object) return undefined;
  const { id, status, delayTime, executionTime, workerId, output, error } = object;
  return omitUndefined({
    id: isRunId(id) ? id : undefined,
    status: toText(status)?.trim().slice(0, 64),
    delayMs: toCount(delayTime),
    executionMs: toCount(executionTime),
    workerId: toText(workerId)?.slice(0, 256),
    output: output ?? undefined,
    error: error ?? undefined,
  });
}

/** Whether RunPod could have given this id, and it is safe in a path. */
export function isRunId(id: unknown): id is string {
  return typeof id === 'string' && id.length <= 256 && RUN_ID.test(id);
}
