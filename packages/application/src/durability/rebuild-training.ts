import {
  type Attempt,
  findPathKeyFault,
  holdsSlot,
  isReservedKey,
  markUnconfirmed,
  type Training,
  toDefaultOutputKey,
} from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { VersionEntry } from '../ports/storage/manifests.ts';
import { toAttemptNames } from '../versions/model-keys.ts';

/** The ports that the rebuild of a training needs. */
export type RebuildDeps = Pick<Deps, 'manifests' | 'ids' | 'clock' | 'settings'>;

/**
 * Rebuilds a training from its backup and from the later version of its manifest, if it exists. A submission
 * without a known result becomes unconfirmed; a queued training loses the lock token of its lost job.
 */
export function rebuildTraining(
  deps: RebuildDeps,
  training: Training,
  later: VersionEntry | undefined,
): Training {
  if (later) {
    const number = later.attempt ?? training.attemptsStarted + 1;
    return quarantine(deps, training, toAttempt(deps, training, later, number));
  }
  if (training.status === 'submitting') return quarantine(deps, training, training.attempt);
  if (training.status !== 'queued') return training;
  const { lockToken: _, ...queued } = training;
  return queued;
}

/** The attempt of a version that is missing in the backup; the version is written before the submission. */
function toAttempt(deps: RebuildDeps, training: Training, version: VersionEntry, number: number): Attempt {
  const attemptDeadline = Date.parse(version.attempt_deadline ?? '') || deps.clock.now();
  return {
    number,
    endpointId: version.endpoint ?? deps.settings.endpointId,
    startedAt: Date.parse(version.timestamp) || training.changedAt,
    executionTimeoutMs: 0,
    ttlMs: 0,
    attemptDeadline,
    versionName: version.name,
    ...toAttemptNames(training, { number, versionName: version.name }, deps.settings),
    outputKey: getOutputKey(version) ?? toDefaultOutputKey(training.id, number),
    lockToken: deps.ids.nonce(),
    nonce: deps.ids.nonce(),
    ...(version.data_digest !== undefined && { dataDigest: version.data_digest }),
  };
}

/** The output key of the version, unless another tool wrote an unusable one. */
function getOutputKey({ output_key: key }: VersionEntry): string | undefined {
  return key !== undefined && findPathKeyFault(key) === undefined && !isReservedKey(key) ? key : undefined;
}

/** Makes a recovered training unconfirmed, as the next revision. Every base field is kept by the domain. */
function quarantine({ clock }: RebuildDeps, training: Training, attempt: Attempt): Training {
  const at = clock.now();
  const reason = 'Redis lost data while the submission may have been in flight';
  return { ...markUnconfirmed(training, { attempt, at, reason }), rev: training.rev + 1, changedAt: at };
}

/**
 * Finds the version of an attempt that started after the last backup. Throws CorruptDocumentError for an unreadable
 * manifest or version, and ObjectStoreError.
 */
export async function findLaterVersion(
  { manifests }: Pick<Deps, 'manifests'>,
  training: Training,
): Promise<VersionEntry | undefined> {
  if (training.status !== 'queued' && !holdsSlot(training)) return undefined;
  const versions = await manifests.listVersions(training.request.subject, { strict: true });
  const own = versions.find(({ training_id }) => training_id === training.id);
  return own?.attempt !== undefined && own.attempt > training.attemptsStarted ? own : undefined;
}
