import type { Attempt, Training, TrainingRequest } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { ObjectStoreError } from '../errors.ts';
import { iterateReadablePages } from '../lifecycle/read-trainings.ts';
import type { ObjectHead } from '../ports/storage/object-store.ts';
import { type KeyedAttempt, listLookupKeys, toAttemptNames } from '../versions/model-keys.ts';
import { CLOCK_GRAIN_MS, isNewer } from '../versions/pictures.ts';

/** The ports of a search. */
export type LookupDeps = Pick<Deps, 'objects' | 'settings' | 'clock' | 'store' | 'log'>;

/** A model file that exists in the object store. */
export interface FoundOutput {
  readonly uri: string;
  readonly sizeBytes: number;
  /** Time of the last write by the clock of the object store, epoch ms, real. */
  readonly lastModifiedMs: number;
}

/** An attempt whose output is searched, with its training's id and request. */
export interface OutputSearch {
  readonly id: string;
  readonly request: TrainingRequest;
  readonly attempt: Attempt;
}

/**
 * Searches the output locations of the setting `OUTPUT_LOOKUP` for the attempt's model. A file under the attempt's own
 * output key belongs to the attempt, with any date. At the other locations a file must be newer than the submission,
 * and no run of a different training may have been given the same key meanwhile.
 * Throws ObjectStoreError when the object store is unavailable or refuses: neither proves that the file is missing.
 */
export async function findOutput(deps: LookupDeps, search: OutputSearch): Promise<FoundOutput | undefined> {
  const { attempt } = search;
  for (const key of listLookupKeys(search, deps.settings.outputLookup)) {
    const uri = deps.objects.toUri(key);
    const head = await deps.objects.headUri(uri);
    if (!isUsable(head)) continue;
    if (
      key === attempt.outputKey ||
      (isNewer(deps, head, attempt) && !(await isKeyShared(deps, search, key)))
    )
      return { uri, sizeBytes: head.sizeBytes, lastModifiedMs: head.lastModifiedMs };
  }
  return undefined;
}

/** The beginning of the mark of a training whose object store is unavailable or refuses. */
const STORE_FAULT = 'the object store is unavailable';

/** The reason for the mark of a training whose object store is unavailable or refuses. */
export function toStoreFaultReason({ message }: ObjectStoreError): string {
  return `${STORE_FAULT}: ${message}`;
}

/** When the training was marked because of the object store; undefined without such a mark. */
export function getStoreFaultSince({ needsAttention }: Pick<Training, 'needsAttention'>): number | undefined {
  return needsAttention?.reason.startsWith(STORE_FAULT) ? needsAttention.since : undefined;
}

/** Whether an object exists and holds bytes. */
export function isUsable(head: ObjectHead | undefined): head is ObjectHead {
  return head !== undefined && head.sizeBytes > 0;
}

/** A requeued training has no current attempt, but its earlier run may still write a file under its model name. */
function findLastAttempt(deps: LookupDeps, training: Training): KeyedAttempt['attempt'] | undefined {
  if ('attempt' in training && training.attempt) return training.attempt;
  const { attemptsStarted: number, versionName } = training;
  if (number === 0 || versionName === undefined) return undefined;
  const names = toAttemptNames(training, { number, versionName }, deps.settings);
  return { number, versionName, ...names, outputKey: '' };
}

/**
 * Whether a run of a different training that was alive since the submission of this attempt was given the same key: the
 * file may belong to that run. Trainings of every subject count, because a caller may give one model name to several. An
 * unreadable training may share every key: a model that is not adopted stays in the object store, but an adopted model of
 * a different run would be a wrong record.
 */
export async function isKeyShared(deps: LookupDeps, search: OutputSearch, key: string): Promise<boolean> {
  for await (const { items, unreadable } of iterateReadablePages(deps))
    if (unreadable.length > 0 || items.some((other) => sharesKey(deps, other, search, key))) return true;
  return false;
}

function sharesKey(deps: LookupDeps, other: Training, search: OutputSearch, key: string): boolean {
  const grainMs = CLOCK_GRAIN_MS / deps.clock.realMs(1);
  const endedAt = 'endedAt' in other ? other.endedAt + grainMs : Number.POSITIVE_INFINITY;
  if (other.id === search.id || endedAt < search.attempt.startedAt) return false;
  const attempt = findLastAttempt(deps, other);
  const { id, request } = other;
  return (
    attempt !== undefined &&
    listLookupKeys({ id, request, attempt }, deps.settings.outputLookup).includes(key)
  );
}
