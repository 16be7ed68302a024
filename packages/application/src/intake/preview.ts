import type { DatasetReport, Subject } from '@trainyard/domain';
import { estimateTraining, type TrainingEstimate } from '../budgets/estimate.ts';
import { type CheckDeps, checkDataset } from '../dataset/check-dataset.ts';
import type { DatasetToInspect } from '../dataset/inspect.ts';
import { type KnownDataset, readKnownDataset } from '../dataset/known-errors.ts';
import type { Deps } from '../deps.ts';
import { resolveVersionName } from './accept.ts';
import type { TrainCommand } from './command.ts';
import { type FreezeDeps, type FrozenRequest, freeze } from './freeze.ts';

/** The frozen request, dataset report and estimate of a training that is not enqueued. */
export interface Preview extends FrozenRequest {
  /** The report of the inspection; undefined when the preview was made without one. */
  readonly dataset: DatasetReport | undefined;
  /** The facts about the data: of the inspection, else those that are known without a request to the object store. */
  readonly known: KnownDataset;
  readonly estimate: TrainingEstimate;
  /** The name that a version would get now; a concurrent training may take it first. */
  readonly versionName: string;
  /** Priority that the training would get. */
  readonly priority: number;
}

type PreviewDeps = FreezeDeps & CheckDeps & Pick<Deps, 'manifests' | 'budgets'>;

/**
 * Performs all checks of `accept` without enqueuing a training. With `inspect`, which is the default, the images are
 * inspected; without, their facts are those of a stored report, and no image is read. Throws the errors of `freeze`,
 * VersionNameTakenError, StoreUnavailableError, and ObjectStoreError if the store is unavailable.
 */
export async function preview(
  deps: PreviewDeps,
  command: TrainCommand,
  { inspect = true }: { readonly inspect?: boolean | undefined } = {},
): Promise<Preview> {
  const frozen = await freeze(deps, command);
  const { request } = frozen;
  const versionName = await resolveVersionName(deps, request.subject, request.versionName);
  return {
    ...frozen,
    ...(await readDataset(deps, frozen, inspect)),
    versionName,
    estimate: await estimateTraining(deps, request),
    priority: command.priority ?? deps.settings.priority.manual,
  };
}

async function readDataset(
  deps: PreviewDeps,
  frozen: FrozenRequest,
  inspect: boolean,
): Promise<Pick<Preview, 'dataset' | 'known'>> {
  const { subject, trigger } = frozen.request;
  if (!inspect)
    return {
      dataset: undefined,
      known: await readKnownDataset(deps, { subject, trigger, images: frozen.images }),
    };
  const { report } = await checkDataset(deps, toDataset(frozen));
  const { findings, captionCount, classTokens } = report;
  return { dataset: report, known: { findings, captionCount, classTokens, coverage: 'all' } };
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
