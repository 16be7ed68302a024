import {
  type Attempt,
  type Failure,
  type Model,
  normalizeS3Address,
  type RunOutput,
  S3AddressError,
  type TerminalStatus,
  type Training,
  type TrainingIn,
  type TrainingRequest,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import type { ObjectHead } from '../ports/storage/object-store.ts';
import { toVersionEntry } from '../versions/version-entry.ts';

/** The ports of finalizing. */
export type FinalizeDeps = AdvanceDeps & Pick<Deps, 'objects' | 'manifests'>;
type Finalizing = TrainingIn<'finalizing'>;

const OUTPUT_MISSING: Failure = {
  class: 'unknown',
  code: 'output_missing',
  message:
    'The run completed, but its model is neither at the reported address nor at a configured output location.',
};

/**
 * Verifies the output of a completed run, writes the version into the manifest, then completes the training. A missing
 * output fails the training. An unavailable object store fails no training: the reconcile job is retried.
 * Throws ObjectStoreError, CorruptDocumentError, StoreUnavailableError.
 */
export async function finalize(deps: FinalizeDeps, training: Finalizing): Promise<Training> {
  const { attempt } = training;
  const checked = await checkOutput(deps, training, attempt.output);
  const base = { at: deps.clock.now(), cause: 'store', attempt: attempt.number } as const;
  if (checked.kind === 'absent')
    return advance(deps, training.id, { ...base, type: 'output_missing', failure: OUTPUT_MISSING });
  const model = toModel(checked);
  await deps.manifests.finalizeVersion(training.request.subject, {
    ...toVersionEntry(training),
    name: attempt.versionName,
    status: 'completed',
    loraUrl: model.loraUrl,
    ...(attempt.executionMs !== undefined && { duration: Math.round(attempt.executionMs / 1000) }),
  });
  return advance(deps, training.id, { ...base, type: 'output_verified', model });
}

function toModel(checked: Exclude<OutputCheck, { kind: 'absent' }>): Model {
  return checked.kind === 'found'
    ? { loraUrl: checked.uri, sizeBytes: checked.sizeBytes }
    : { loraUrl: checked.loraUrl };
}

/**
 * Writes the end of a training into its version, then marks the end as recorded. A training that never opened a version
 * has no entry to write. Idempotent.
 * Throws ObjectStoreError, CorruptDocumentError, StoreUnavailableError.
 */
export async function writeManifestEntry(
  deps: FinalizeDeps,
  training: TrainingIn<TerminalStatus>,
): Promise<Training> {
  const { subject } = training.request;
  const name = training.versionName ?? (await findOpenVersionName(deps, training));
  if (name !== undefined)
    await deps.manifests.finalizeVersion(subject, {
      ...toVersionEntry(training),
      name,
    });
  return advance(deps, training.id, { type: 'end_recorded', at: deps.clock.now(), cause: 'store' });
}

/** Finds a version opened by a preparation that never started an attempt. */
async function findOpenVersionName(deps: FinalizeDeps, training: Training): Promise<string | undefined> {
  const versions = await deps.manifests.listVersions(training.request.subject);
  return versions.find(({ training_id }) => training_id === training.id)?.name;
}

type LookupDeps = Pick<Deps, 'objects' | 'settings' | 'clock' | 'store'>;

/** A model file that exists in the object store. */
export interface FoundOutput {
  readonly uri: string;
  readonly sizeBytes: number;
}

/**
 * Searches the output locations of the setting `OUTPUT_LOOKUP` for the attempt's model. A file under the attempt's own
 * output key belongs to the attempt, with any date. At the other locations a file must be newer than the submission,
 * and no run of a different training may have used the same model name meanwhile.
 * Throws ObjectStoreError when the object store is unavailable or refuses: neither proves that the file is missing.
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

/** S3 dates have whole seconds: an object dated up to 2 s before the submission may belong to the attempt. */
const CLOCK_GRAIN_MS = 2_000;

function isNewer(deps: LookupDeps, head: ObjectHead, attempt: Attempt): boolean {
  return deps.clock.fromReal(head.lastModifiedMs + CLOCK_GRAIN_MS) >= attempt.startedAt;
}

/** An attempt whose output is searched, with its training's id and request. */
export interface OutputSearch {
  readonly id: string;
  readonly request: TrainingRequest;
  readonly attempt: Attempt;
}

const MAX_TRAININGS_PER_SUBJECT = 100;

/** A requeued training has no current attempt, but its earlier run may still write a file under this model name. */
function usedModelName(other: Training, { request, attempt }: OutputSearch): boolean {
  if ('attempt' in other && other.attempt) return other.attempt.modelName === attempt.modelName;
  if (other.attemptsStarted === 0) return false;
  return request.subject.kind === 'style' || other.versionName === attempt.versionName;
}

/** Whether a run of a different training was alive under the same model name: the file may belong to that run. */
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

/** Parses the address reported by a run, an `s3://` or https address or a bare key, into an `s3://` address. */
function parseOutputAddress(deps: LookupDeps, loraUrl: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(loraUrl)) return deps.objects.toUri(loraUrl.replace(/^\/+/, ''));
  try {
    return normalizeS3Address(loraUrl, { customEndpoints: deps.settings.customS3Endpoints }).uri;
  } catch (error) {
    if (error instanceof S3AddressError) return undefined;
    throw error;
  }
}

/** The result of checking a run's output. `unverifiable`: an address that the object store cannot read. */
type OutputCheck =
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

/**
 * Checks the output of a completed run: the reported address first, then the configured output locations.
 * Throws ObjectStoreError when the object store is unavailable.
 */
async function checkOutput(deps: LookupDeps, search: OutputSearch, output: RunOutput): Promise<OutputCheck> {
  const uri = output.loraUrl === undefined ? undefined : parseOutputAddress(deps, output.loraUrl);
  const head = uri === undefined ? undefined : await headReportedOutput(deps, uri);
  if (uri !== undefined && head !== 'forbidden' && isUsable(head))
    return { kind: 'found', uri, sizeBytes: head.sizeBytes };
  const elsewhere = await findOutput(deps, search);
  if (elsewhere) return { kind: 'found', ...elsewhere };
  const foreign = output.loraUrl !== undefined && (uri === undefined || head === 'forbidden');
  return foreign ? { kind: 'unverifiable', loraUrl: output.loraUrl } : { kind: 'absent' };
}
