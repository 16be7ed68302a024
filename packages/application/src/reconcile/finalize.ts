import type { Failure, Model, TerminalStatus, Training, TrainingIn } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import { type AdvanceDeps, advance } from '../lifecycle/advance.ts';
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
  const model = toModel(checked);
  await deps.manifests.finalizeVersion(training.request.subject, {
    ...toVersionEntry(training),
    name: attempt.versionName,
    status: 'completed',
    loraUrl: model.loraUrl,
    verified: model.verified,
    ...(attempt.executionMs !== undefined && { duration: Math.round(attempt.executionMs / 1000) }),
  });
  const after = await advance(deps, training.id, { ...base, type: 'output_verified', model });
  await reopenVersion(deps, after);
  return after;
}

function toModel(checked: Exclude<OutputCheck, { kind: 'absent' }>): Model {
  return checked.kind === 'found'
    ? { loraUrl: checked.uri, sizeBytes: checked.sizeBytes, verified: true }
    : { loraUrl: checked.address, verified: false };
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
