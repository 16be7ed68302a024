import type { Deps, VersionEntry } from '@trainyard/application';
import type { AutoTrainProgressView, TrainingView } from '@trainyard/contracts';
import { z } from 'zod';
import type { SimulatorProcess } from './simulator.ts';

const historySchema = z.object({
  max_live: z.number(),
  mean_live: z.number().optional(),
  double_acceptances: z.array(z.unknown()),
  jobs: z.array(z.object({ job_id: z.string(), accepted_at: z.number(), ended_at: z.number().optional() })),
});

/** History of the runs, as the simulator recorded it. */
export interface ProviderHistory {
  readonly jobCount: number;
  readonly maxLive: number;
  /** Mean of live runs while work waited; undefined if no work waited. */
  readonly meanLiveWhileWaiting?: number;
  readonly doubleAcceptances: number;
}

async function fetchHistory({ baseUrl, apiKey }: SimulatorProcess, query = '') {
  const url = `${new URL(baseUrl).origin}/__simulator/history${query}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${apiKey}` } });
  return historySchema.parse(await response.json());
}

/** Reads the history of the simulator. Work waits from the acceptance that fills the last slot to the last acceptance. */
export async function readProviderHistory(
  simulator: SimulatorProcess,
  maxConcurrency: number,
): Promise<ProviderHistory> {
  const all = await fetchHistory(simulator);
  const [from, to] = [all.jobs[maxConcurrency - 1]?.accepted_at, all.jobs.at(-1)?.accepted_at];
  const waitingInterval =
    from === undefined || to === undefined || to <= from
      ? undefined
      : await fetchHistory(simulator, `?from=${from}&to=${to}`);
  return {
    jobCount: all.jobs.length,
    maxLive: all.max_live,
    doubleAcceptances: all.double_acceptances.length,
    ...(waitingInterval?.mean_live !== undefined && { meanLiveWhileWaiting: waitingInterval.mean_live }),
  };
}

/** Stored results of an ended training. */
export interface StoredTraining {
  readonly training: TrainingView;
  /** Entries of this training in its actor's manifest. */
  readonly versions: readonly VersionEntry[];
  /** Bytes of the model in the object store; 0 if it is missing. */
  readonly modelBytes: number;
  readonly inCatalogue: boolean;
}

async function loadStoredTraining(deps: Deps, training: TrainingView): Promise<StoredTraining> {
  const subject = { kind: training.kind, id: training.subject_id };
  const uri = training.model?.lora_url;
  const [versions, head, actor] = await Promise.all([
    deps.manifests.listVersions(subject),
    uri === undefined ? undefined : deps.objects.headUri(uri),
    deps.catalogue.findActor(training.subject_id),
  ]);
  return {
    training,
    versions: versions.filter(({ training_id }) => training_id === training.id),
    modelBytes: head?.sizeBytes ?? 0,
    inCatalogue: actor !== undefined && !actor.customModelsGood,
  };
}

/** Loads the stored results of every training of a run. */
export function loadStoredTrainings(
  deps: Deps,
  { trainings }: AutoTrainProgressView,
): Promise<readonly StoredTraining[]> {
  return Promise.all(trainings.map((training) => loadStoredTraining(deps, training)));
}
