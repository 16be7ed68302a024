import { holdsSlot, type TrainingStatus } from '@trainyard/domain';
import type { HistoryEvent } from '@trainyard/runpod-simulator';
import type { Evidence } from './evidence.ts';
import type { RecordedEvent } from './event-tail.ts';

/** A run as the stand-in saw it. */
export interface ProviderRun {
  readonly runId: string;
  readonly trainingId: string;
  readonly attempt: number;
  readonly acceptedAt: number;
  /** Absent while it lives. */
  readonly endedAt?: number;
  readonly endStatus?: string;
}

/** The stand-in's history as steps: who lived after each acceptance. */
export interface Acceptance {
  readonly run: ProviderRun;
  /** Runs that lived at that moment, this one included. */
  readonly live: readonly ProviderRun[];
}

const isEndEvent = ({ event }: HistoryEvent): boolean => event === 'ended' || event === 'removed';

/** Every run that was ever accepted, in order. */
export const listRuns = ({ provider }: Pick<Evidence, 'provider'>): readonly ProviderRun[] =>
  provider
    .filter(({ event }) => event === 'accepted')
    .map(({ job_id: runId = '', training_id: trainingId = '', attempt = 0, at: acceptedAt }) => {
      const end = provider.find((each) => each.job_id === runId && isEndEvent(each));
      const endStatus = end?.event === 'removed' ? 'REMOVED' : end?.status;
      return {
        ...{ runId, trainingId, attempt, acceptedAt },
        ...(end && { endedAt: end.at, endStatus: endStatus ?? 'UNKNOWN' }),
      };
    });

/** Every acceptance with those who lived then, by the order of the history and not by its clock. */
export const listAcceptances = (evidence: Pick<Evidence, 'provider'>): readonly Acceptance[] => {
  const runs = new Map(listRuns(evidence).map((run) => [run.runId, run]));
  const live = new Map<string, ProviderRun>();
  const acceptances: Acceptance[] = [];
  for (const event of evidence.provider) {
    const run = runs.get(event.job_id ?? '');
    if (!run) continue;
    if (isEndEvent(event)) live.delete(run.runId);
    if (event.event !== 'accepted') continue;
    live.set(run.runId, run);
    acceptances.push({ run, live: [...live.values()] });
  }
  return acceptances;
};

export const listEvents = (
  { trainingEvents }: Pick<Evidence, 'trainingEvents'>,
  trainingId: string,
): readonly RecordedEvent[] => trainingEvents.filter((event) => event.trainingId === trainingId);

/** Every training that the record ever named. */
export const listTrainingIds = ({
  trainingEvents,
  accepted,
}: Pick<Evidence, 'trainingEvents' | 'accepted'>): readonly string[] => [
  ...new Set([...accepted, ...trainingEvents].map(({ trainingId }) => trainingId)),
];

const isSlotStatus = (status: TrainingStatus | null): boolean => status !== null && holdsSlot({ status });
export const acquiresSlot = ({ from, to }: RecordedEvent): boolean => !isSlotStatus(from) && isSlotStatus(to);
export const releasesSlot = ({ from, to }: RecordedEvent): boolean => isSlotStatus(from) && !isSlotStatus(to);

/** The number of the attempt that a `submission_started` began. */
export const getStartedAttempt = ({ type, detail }: RecordedEvent): number | undefined =>
  type === 'submission_started' ? (detail['attempt'] as { readonly number: number }).number : undefined;
