import type { HistoryEvent, JobRecord } from './event.ts';

/** A span of time in unscaled epoch ms. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Number of live jobs from `at` on. */
export interface LivePoint {
  readonly at: number;
  readonly live: number;
}

/** The jobs of a history in the order of their acceptance. */
export function toJobRecords(events: readonly HistoryEvent[]): readonly JobRecord[] {
  const jobs = new Map<string, JobRecord>();
  for (const event of events) {
    const { job_id } = event;
    const known = job_id === undefined ? undefined : jobs.get(job_id);
    if (job_id === undefined || (!known && event.event !== 'accepted')) continue;
    jobs.set(job_id, known ? { ...known, ...toJobChange(event) } : toAcceptedJob({ ...event, job_id }));
  }
  return [...jobs.values()];
}

function toAcceptedJob(event: HistoryEvent & { readonly job_id: string }): JobRecord {
  const { job_id, endpoint_id, training_id, attempt, at } = event;
  return {
    job_id,
    accepted_at: at,
    ...(endpoint_id === undefined ? {} : { endpoint_id }),
    ...(training_id === undefined ? {} : { training_id }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}

function toJobChange({ event, at, status }: HistoryEvent): Partial<JobRecord> {
  switch (event) {
    case 'started':
      return { started_at: at };
    case 'cancel_requested':
      return { cancel_requested_at: at };
    case 'ended':
      return { ended_at: at, ...(status === undefined ? {} : { end_status: status }) };
    case 'removed':
      return { ended_at: at, end_status: 'REMOVED' };
    case 'accepted':
    case 'requeued':
    case 'reopened':
    case 'webhook':
    case 'fault':
      return {};
  }
}

/**
 * Number of live jobs after each change. A job is live from its acceptance until its end, also while it is `IN_QUEUE`,
 * because it will run and be paid for (I1).
 */
export function toTimeline(events: readonly HistoryEvent[]): readonly LivePoint[] {
  const live = new Set<string>();
  const points: LivePoint[] = [];
  for (const { event, job_id, at } of events) {
    if (job_id === undefined) continue;
    const before = live.size;
    if (event === 'accepted' || event === 'reopened') live.add(job_id);
    if (event === 'ended' || event === 'removed') live.delete(job_id);
    if (live.size !== before) points.push({ at, live: live.size });
  }
  return points;
}

/** Maximum number of live jobs, in total or within an interval. */
export function computeMaxLive(timeline: readonly LivePoint[], within?: Interval): number {
  if (!within) return Math.max(0, ...timeline.map(({ live }) => live));
  const inside = timeline.filter(({ at }) => at > within.from && at <= within.to).map(({ live }) => live);
  return Math.max(getLiveAt(timeline, within.from), ...inside);
}

/** Mean number of live jobs over intervals, weighted by their lengths; 0 for a total length of 0. */
export function computeMeanLive(timeline: readonly LivePoint[], intervals: readonly Interval[]): number {
  const whole = intervals.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
  const area = intervals.reduce((sum, interval) => sum + integrateLive(timeline, interval), 0);
  return whole === 0 ? 0 : area / whole;
}

/** Groups of jobs that were accepted for the same attempt. Each group violates I2. */
export function findDoubleAcceptances(jobs: readonly JobRecord[]): readonly (readonly JobRecord[])[] {
  const identified = jobs.filter(({ training_id }) => training_id !== undefined);
  const groups = Map.groupBy(identified, ({ training_id, attempt }) => `${training_id}/${attempt ?? ''}`);
  return [...groups.values()].filter((group) => group.length > 1);
}

function getLiveAt(timeline: readonly LivePoint[], at: number): number {
  return timeline.findLast((point) => point.at <= at)?.live ?? 0;
}

function integrateLive(timeline: readonly LivePoint[], { from, to }: Interval): number {
  if (to <= from) return 0;
  const inside = timeline.filter(({ at }) => at > from && at < to);
  const steps = [{ at: from, live: getLiveAt(timeline, from) }, ...inside];
  return steps.reduce((sum, { at, live }, index) => sum + live * ((steps[index + 1]?.at ?? to) - at), 0);
}
