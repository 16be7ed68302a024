import {
  type Attempt,
  normalizeS3Address,
  type RunOutput,
  S3AddressError,
  type Training,
  type TrainingRequest,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';
import type { ObjectHead } from '../ports/storage/object-store.ts';

type LookupDeps = Pick<Deps, 'objects' | 'settings' | 'clock' | 'store'>;

/** A model file that really lies in the store. */
export interface FoundOutput {
  readonly uri: string;
  readonly sizeBytes: number;
}

/**
 * Looks where the attempt's model may lie (`OUTPUT_LOOKUP`, SPEC §4). What lies under its own key is its own, whatever
 * clock wrote its date; elsewhere only what is newer than the submission counts, and only where no other run had the
 * model's name meanwhile.
 * Throws ObjectStoreError while our store cannot be read: a refusal is no proof that nothing is there.
 */
export async function findOutput(deps: LookupDeps, search: OutputSearch): Promise<FoundOutput | undefined> {
  const { attempt } = search;
  const ownUri = deps.objects.toUri(attempt.outputKey);
  for (const template of deps.settings.outputLookup) {
    const uri = deps.objects.toUri(toOutputKey(template, attempt));
    const head = await deps.objects.headUri(uri);
    if (!isUsable(head)) continue;
    if (uri === ownUri || (isNewer(deps, head, attempt) && !(await isModelNameShared(deps, search))))
      return { uri, sizeBytes: head.sizeBytes };
  }
  return undefined;
}

function toOutputKey(template: string, attempt: Attempt): string {
  return template === 'output_key'
    ? attempt.outputKey
    : template.replaceAll('{model_name}', attempt.modelName);
}

function isUsable(head: ObjectHead | undefined): head is ObjectHead {
  return head !== undefined && head.sizeBytes > 0;
}

/** S3 keeps whole seconds: an object of the same second as the submission may be its own. */
const CLOCK_GRAIN_MS = 2_000;

function isNewer(deps: LookupDeps, head: ObjectHead, attempt: Attempt): boolean {
  return deps.clock.fromReal(head.lastModifiedMs + CLOCK_GRAIN_MS) >= attempt.startedAt;
}

/** The attempt whose output is looked for, and the training that it belongs to. */
export interface OutputSearch {
  readonly id: string;
  readonly request: TrainingRequest;
  readonly attempt: Attempt;
}

const MAX_TRAININGS_PER_SUBJECT = 100;

/** One that waits again has no attempt now, but what it began under this name may still write its file. */
function usedModelName(other: Training, { request, attempt }: OutputSearch): boolean {
  if ('attempt' in other && other.attempt) return other.attempt.modelName === attempt.modelName;
  if (other.attemptsStarted === 0) return false;
  return request.subject.kind === 'style' || other.versionName === attempt.versionName;
}

/** Two runs that lived at the same time under one model name: its file may be the other's. */
async function isModelNameShared(deps: LookupDeps, search: OutputSearch): Promise<boolean> {
  const { id, request, attempt } = search;
  const grainMs = CLOCK_GRAIN_MS / deps.clock.realMs(1);
  const { items } = await deps.store.list({ subject: request.subject, limit: MAX_TRAININGS_PER_SUBJECT });
  return items.some(
    (other) =>
      other.id !== id &&
      usedModelName(other, search) &&
      ('endedAt' in other ? other.endedAt + grainMs : Number.POSITIVE_INFINITY) >= attempt.startedAt,
  );
}

/** The address that a run names, as `s3://`: given so, as https, or as a bare key of our store. */
function parseOutputAddress(deps: LookupDeps, loraUrl: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(loraUrl)) return deps.objects.toUri(loraUrl.replace(/^\/+/, ''));
  try {
    return normalizeS3Address(loraUrl, { customEndpoints: deps.settings.customS3Endpoints }).uri;
  } catch (error) {
    if (error instanceof S3AddressError) return undefined;
    throw error;
  }
}

/** What is known of a run's claimed output. `unverifiable`: an address that this store cannot look into. */
export type OutputCheck =
  | ({ readonly kind: 'found' } & FoundOutput)
  | { readonly kind: 'unverifiable'; readonly loraUrl: string }
  | { readonly kind: 'absent' };

async function headReportedOutput(
  deps: LookupDeps,
  uri: string,
): Promise<ObjectHead | 'forbidden' | undefined> {
  try {
    return await deps.objects.headUri(uri);
  } catch (error) {
    if (error instanceof ObjectStoreError && !error.retryable) return 'forbidden';
    throw error;
  }
}

/** Checks a COMPLETED run's output: where it says first, then where it may be (SPEC §2, `finalizing`). */
export async function checkOutput(
  deps: LookupDeps,
  search: OutputSearch,
  output: RunOutput,
): Promise<OutputCheck> {
  const uri = output.loraUrl === undefined ? undefined : parseOutputAddress(deps, output.loraUrl);
  const head = uri === undefined ? undefined : await headReportedOutput(deps, uri);
  if (uri !== undefined && head !== 'forbidden' && isUsable(head))
    return { kind: 'found', uri, sizeBytes: head.sizeBytes };
  const elsewhere = await findOutput(deps, search);
  if (elsewhere) return { kind: 'found', ...elsewhere };
  const foreign = output.loraUrl !== undefined && (uri === undefined || head === 'forbidden');
  return foreign ? { kind: 'unverifiable', loraUrl: output.loraUrl } : { kind: 'absent' };
}
