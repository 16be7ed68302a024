import type { DatasetReport } from '@trainyard/domain';
import { estimateTraining, type TrainingEstimate } from '../budgets/estimate.ts';
import { inspectDataset } from '../dataset/inspect.ts';
import type { Deps } from '../deps.ts';
import { resolveVersionName } from './accept.ts';
import type { TrainCommand } from './command.ts';
import { type FreezeDeps, type FrozenRequest, freeze } from './freeze.ts';

/** What would be sent, with nothing enqueued (SPEC §5.1). */
export interface Preview extends FrozenRequest {
  readonly dataset: DatasetReport;
  readonly estimate: TrainingEstimate;
  /** The name that its version would get now. */
  readonly versionName: string;
}

/** Resolves everything that accept would, and looks at the data too. Throws what freeze throws, and VersionNameTakenError. */
export async function preview(
  deps: FreezeDeps & Pick<Deps, 'objects' | 'manifests' | 'budgets'>,
  command: TrainCommand,
): Promise<Preview> {
  const frozen = await freeze(deps, command);
  const { request } = frozen;
  const versionName = await resolveVersionName(deps, request.subject, request.versionName);
  const { report } = await inspectDataset(deps.objects, {
    kind: request.subject.kind,
    trigger: request.trigger,
    imageUris: request.imageUris,
  });
  return {
    ...frozen,
    dataset: report,
    versionName,
    estimate: await estimateTraining(deps, request.hyperparameters),
  };
}
