import {
  type Failure,
  type TerminalStatus,
  type Training,
  type TrainingEvent,
  type TrainingIn,
  transition,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { ObjectStoreError } from '../errors.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
import { findPictures } from '../versions/pictures.ts';
import { toVersionEntry } from '../versions/version-entry.ts';
import { checkOutput, type OutputCheck } from './check-output.ts';
import { reopenVersion } from './returned-run.ts';

/** The ports of finalizing. */
export type FinalizeDeps = AdvanceDeps & Pick<Deps, 'objects' | 'manifests'>;
type Finalizing = TrainingIn<'finalizing'>;

const OUTPUT_MISSING =
  'The run completed, but its model is neither at the reported address nor at a configured output location.';

function toOutputFailure(fault: string | undefined): Failure {
  const message =
    fault === undefined ? OUTPUT_MISSING : `${OUTPUT_MISSING} The address is unusable: ${fault}.`;
  return { class: 'unknown', code: 'output_missing', message };
}

/**
 * Checks the output of a completed run, writes the version into the manifest, then completes the training; a model that
 * the attempt cannot be shown to have written completes it unverified. A missing output fails the training. An
 * unavailable object store fails no training: the reconcile job is retried.
 * Throws ObjectStoreError, CorruptDocumentError, StoreUnavailableError.
 */
export async function finalize(deps: FinalizeDeps, training: Finalizing): Promise<Training> {
  const { attempt } = training;
  const checked = await checkOutput(deps, training, attempt.output);
  const base = { at: deps.clock.now(), cause: 'store', attempt: attempt.number } as const;
  if (checked.kind === 'absent')
    return advance(deps, training.id, {
      ...base,
      type: 'output_missing',
      failure: toOutputFailure(checked.fault),
    });
  const event = {
    ...base,
    type: 'output_verified',
    ...(await describeModel(deps, training, checked)),
  } as const;
  const completed = transition(training, event).training;
  await deps.manifests.finalizeVersion(training.request.subject, {
    ...toVersionEntry(completed),
    name: attempt.versionName,
  });
  const after = await advance(deps, training.id, event);
  await reopenVersion(deps, after);
  return after;
}

type OutputFacts = Pick<Extract<TrainingEvent, { type: 'output_verified' }>, 'model' | 'warnings'>;

/** The model with its checksum and its pictures. An unverified model is an address alone. */
async function describeModel(
  deps: FinalizeDeps,
  training: Finalizing,
  checked: Exclude<OutputCheck, { kind: 'absent' }>,
): Promise<OutputFacts> {
  if (checked.kind === 'unverified') return { model: { loraUrl: checked.address, verified: false } };
  const { uri, sizeBytes } = checked;
  const { samples = [], samplesIgnored = 0, sha256: reported } = training.attempt.output;
  const { validation, samplePrompts } = training.request;
  const found = await findPictures(deps, {
    uri,
    trainingId: training.id,
    attempt: training.attempt,
    promptCount: validation ? samplePrompts.length : 0,
    reported: samples,
    reportedIgnored: samplesIgnored,
  });
  const stored = await readStoredSha256(deps, training.id, uri);
  const sha256 = stored ?? reported;
  const differs = stored !== undefined && reported !== undefined && stored !== reported;
  const warnings = [...found.warnings, ...(differs ? [CHECKSUM_DIFFERS] : [])];
  return {
    model: {
      ...{ loraUrl: uri, sizeBytes, verified: true },
      ...(sha256 !== undefined && { sha256 }),
      ...(found.pictures.length > 0 && { pictures: found.pictures }),
    },
    ...(warnings.length > 0 && { warnings }),
  };
}

const CHECKSUM_DIFFERS = {
  code: 'checksum_differs',
  message:
    'The SHA-256 that the container reported differs from that of the object store, which is recorded.',
};

/** The SHA-256 that the object store keeps. It is optional, so that an error is logged and leaves it out. */
async function readStoredSha256(
  { objects, log }: FinalizeDeps,
  trainingId: string,
  uri: string,
): Promise<string | undefined> {
  try {
    return await objects.readSha256(uri);
  } catch (error) {
    if (!(error instanceof ObjectStoreError)) throw error;
    log.warn('checksum_not_read', { training_id: trainingId, reason: error.message });
    return undefined;
  }
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
