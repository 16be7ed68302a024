import { holdsSlot, type TrainingStatus } from '@trainyard/domain';
import type { HistoryEvent } from '@trainyard/runpod-simulator';
import type { Evidence } from './evidence.ts';
import type { RecordedEvent } from './tails.ts';

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

/** Every run that was ever accepted, in order. */
export function listRuns({ provider }: Pick<Evidence, 'provider'>): readonly ProviderRun[] {
  return provider
    .filter(({ event }) => event === 'accepted')
    .map(({ job_id: runId = '', training_id: trainingId = '', attempt = 0, at: acceptedAt }) => {
      const end = provider.find((each) => each.job_id === runId && isEndEvent(each));
      const endStatus = end?.event === 'removed' ? 'REMOVED' : end?.status;
      return {
        ...{ runId, trainingId, attempt, acceptedAt },
        ...(end && { endedAt: end.at, endStatus: endStatus ?? 'UNKNOWN' }),
      };
    });
}

function isEndEvent({ event }: HistoryEvent): boolean {
  return event === 'ended' || event === 'removed';
}

/** Every acceptance with those who lived then, by the order of the history and not by its clock. */
export function listAcceptances(evidence: Pick<Evidence, 'provider'>): readonly Acceptance[] {
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
}

export function listEvents(
  { trainingEvents }: Pick<Evidence, 'trainingEvents'>,
  trainingId: string,
): readonly RecordedEvent[] {
  return trainingEvents.filter((event) => event.trainingId === trainingId);
}

/** Every training that the record ever named. */
export function listTrainingIds({
  trainingEvents,
  accepted,
}: Pick<Evidence, 'trainingEvents' | 'accepted'>): readonly string[] {
  return [...new Set([...accepted, ...trainingEvents].map(({ trainingId }) => trainingId))];
}

function isSlotStatus(status: TrainingStatus | null): boolean {
  return status !== null && holdsSlot({ status });
}
export function acquiresSlot({ from, to }: RecordedEvent): boolean {
  return !isSlotStatus(from) && isSlotStatus(to);
}
export function releasesSlot({ from, to }: RecordedEvent): boolean {
  return isSlotStatus(from) && !isSlotStatus(to);
}

/** The number of the attempt that a `submission_started` began. */
export function getStartedAttempt({ type, detail }: RecordedEvent): number | undefined {
  return type === 'submission_started'
    ? (detail['attempt'] as { readonly number: number }).number
    : undefined;
}
