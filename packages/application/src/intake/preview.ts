import type { DatasetReport, Subject } from '@trainyard/domain';
import { estimateTraining, type TrainingEstimate } from '../budgets/estimate.ts';
import { type CheckDeps, checkDataset } from '../dataset/check-dataset.ts';
import type { DatasetToInspect } from '../dataset/inspect.ts';
import type { Deps } from '../deps.ts';
import { resolveVersionName } from './accept.ts';
import type { TrainCommand } from './command.ts';
import { type FreezeDeps, type FrozenRequest, freeze } from './freeze.ts';

/** The frozen request, dataset report and estimate of a training that is not enqueued. */
export interface Preview extends FrozenRequest {
  readonly dataset: DatasetReport;
  readonly estimate: TrainingEstimate;
  /** The name that a version would get now; a concurrent training may take it first. */
  readonly versionName: string;
}

/**
 * Performs all checks of `accept` and inspects the images, without enqueuing a training. Throws the errors of
 * `freeze`, VersionNameTakenError, and ObjectStoreError if the store is unavailable.
 */
export async function preview(
  deps: FreezeDeps & CheckDeps & Pick<Deps, 'manifests' | 'budgets'>,
  command: TrainCommand,
): Promise<Preview> {
  const frozen = await freeze(deps, command);
  const { request } = frozen;
  const versionName = await resolveVersionName(deps, request.subject, request.versionName);
  const { report } = await checkDataset(deps, toDataset(frozen));
  return {
    ...frozen,
    dataset: report,
    versionName,
    estimate: await estimateTraining(deps, request),
  };
}

/** The data of a frozen request as an inspection takes them. */
function toDataset({ request, images }: FrozenRequest): DatasetToInspect & { readonly subject: Subject } {
  const { subject, trigger } = request;
  return {
    subject,
    kind: subject.kind,
    trigger,
    imageUris: images.filter(({ malformed }) => malformed === undefined).map(({ uri }) => uri),
    malformed: images.flatMap(({ uri, malformed }) => (malformed === undefined ? [] : [{ uri, malformed }])),
  };
}
