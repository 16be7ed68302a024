import { holdsSlot, type TrainingStatus } from '@trainyard/domain';
import type { HistoryEvent } from '@trainyard/runpod-simulator';
import type { Evidence } from './evidence.ts';
import type { RecordedEvent } from './tails.ts';

/** A run in the history of the simulator. */
export interface ProviderRun {
  readonly runId: string;
  readonly trainingId: string;
  readonly attempt: number;
  readonly acceptedAt: number;
  /** Absent while the run is live. */
  readonly endedAt?: number;
  readonly endStatus?: string;
}

/** An accepted run with the runs that were live at that moment. */
export interface Acceptance {
  readonly run: ProviderRun;
  /** Live runs, including `run`. */
  readonly live: readonly ProviderRun[];
}

/** All accepted runs in the order of the history. */
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

/** All acceptances with their live runs. The order of the history decides, because a clock may jump. */
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

/** The events of a training in the order of Redis. */
export function listEvents(
  { trainingEvents }: Pick<Evidence, 'trainingEvents'>,
  trainingId: string,
): readonly RecordedEvent[] {
  return trainingEvents.filter((event) => event.trainingId === trainingId);
}

/** Ids of all trainings in responses and in the event stream. */
export function listTrainingIds({
  trainingEvents,
  accepted,
}: Pick<Evidence, 'trainingEvents' | 'accepted'>): readonly string[] {
  return [...new Set([...accepted, ...trainingEvents].map(({ trainingId }) => trainingId))];
}

function isSlotStatus(status: TrainingStatus | null): boolean {
  return status !== null && holdsSlot({ status });
}
/** Returns true for an event that moves a training into a state with a slot. */
export function acquiresSlot({ from, to }: RecordedEvent): boolean {
  return !isSlotStatus(from) && isSlotStatus(to);
}
/** Returns true for an event that moves a training out of the states with a slot. */
export function releasesSlot({ from, to }: RecordedEvent): boolean {
  return isSlotStatus(from) && !isSlotStatus(to);
}

/** The number of the attempt of a `submission_started`; undefined for other events. */
export function getStartedAttempt({ type, detail }: RecordedEvent): number | undefined {
  return type === 'submission_started'
    ? (detail['attempt'] as { readonly number: number }).number
    : undefined;
}
