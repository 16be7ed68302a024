import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { getDispatchStop, listReadableTrainings, loadReadableTrainings } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import { Job, type Queue } from 'bullmq';
import type { ApiDeps } from '../server/options.ts';
import { type BoardTraining, toBoardData, toBoardName, toBoardResult } from './training-job.ts';

type BoardDeps = Pick<
  ApiDeps,
  'store' | 'queue' | 'catalogue' | 'storeHealth' | 'budgets' | 'settings' | 'clock' | 'log'
>;

/** Trainings that were cancelled in the queue and are listed on the board. */
const MAX_CANCELLED = 200;

/**
 * The queue of trainings as Bull Board shows it. A job carries only the id of its training, so the adapter reads the
 * trainings of the shown jobs. A training that was cancelled while it waited has no job; it is listed among the
 * completed ones. Read-only.
 */
export class TrainingQueueAdapter extends BullMQAdapter {
  readonly #queue: Queue;
  readonly #deps: BoardDeps;

  constructor(queue: Queue, description: string, deps: BoardDeps) {
    super(queue, { readOnlyMode: true, allowRetries: false, description });
    this.#queue = queue;
    this.#deps = deps;
  }

  override async getJob(id: string) {
    const [training] = await loadReadableTrainings(this.#deps, [id]);
    const job = await super.getJob(id);
    if (training === undefined) return job;
    const [shown] = await describeTrainings(this.#deps, [training]);
    if (shown === undefined) return job;
    if (job) return toShownJob(job, shown);
    return isCancelledInQueue(training) ? toCancelledJob(this.#queue, shown) : undefined;
  }

  override async getJobs(...[statuses, start = 0, end = -1]: Parameters<BullMQAdapter['getJobs']>) {
    const listsCompleted = statuses.includes('completed');
    const onlyCompleted = listsCompleted && statuses.length === 1;
    // Cancelled trainings are sorted in by the time of their end, so a page needs the jobs of the pages before it.
    const jobs = await super.getJobs(statuses, onlyCompleted ? 0 : start, end);
    const cancelled = listsCompleted ? await listCancelled(this.#deps) : [];
    const shown = [
      ...(await showJobs(this.#deps, jobs)),
      ...cancelled.map((each) => toCancelledJob(this.#queue, each)),
    ];
    if (!onlyCompleted) return shown;
    return shown.sort((a, b) => getEnd(b) - getEnd(a)).slice(start, end < 0 ? undefined : end + 1);
  }

  override async getJobCounts() {
    const [counts, cancelled] = await Promise.all([super.getJobCounts(), listCancelled(this.#deps)]);
    return { ...counts, completed: (counts['completed'] ?? 0) + cancelled.length };
  }
}

function getEnd(job: Job): number {
  return job.toJSON().finishedOn ?? 0;
}

function isCancelledInQueue(training: Training): training is Extract<Training, { status: 'cancelled' }> {
  return training.status === 'cancelled' && training.attempt === undefined;
}

/** The newest trainings that were cancelled before their first attempt. */
async function listCancelled(deps: BoardDeps): Promise<readonly BoardTraining[]> {
  const { items } = await listReadableTrainings(deps, { status: ['cancelled'], limit: MAX_CANCELLED });
  return describeTrainings(deps, items.filter(isCancelledInQueue));
}

async function showJobs(deps: BoardDeps, jobs: readonly Job[]): Promise<readonly Job[]> {
  const ids = jobs.map((job) => String(job.toJSON().id));
  const shown = await describeTrainings(deps, await loadReadableTrainings(deps, ids));
  const byId = new Map(shown.map((each) => [each.training.id, each]));
  return jobs.map((job, index) => {
    const found = byId.get(ids[index] ?? '');
    return found ? toShownJob(job, found) : job;
  });
}

async function describeTrainings(
  deps: BoardDeps,
  trainings: readonly Training[],
): Promise<readonly BoardTraining[]> {
  if (trainings.length === 0) return [];
  const [stop, positions] = await Promise.all([
    getDispatchStop(deps),
    deps.queue.findPositions(trainings.map(({ id }) => id)),
  ]);
  const now = deps.clock.now();
  return Promise.all(
    trainings.map(async (training) => ({
      training,
      subjectName: await findSubjectName(deps, training),
      stop,
      now,
      position: positions.get(training.id),
    })),
  );
}

/** The catalogue is cached; without it the board shows the id. */
async function findSubjectName({ catalogue }: BoardDeps, { request }: Training): Promise<string | undefined> {
  const { kind, id } = request.subject;
  try {
    return (await (kind === 'actor' ? catalogue.findActor(id) : catalogue.findStyle(id)))?.name;
  } catch {
    return undefined;
  }
}

/** A job with the facts of its training. The stack of a failure is Trainyard's own and is left out. */
function toShownJob(job: Job, shown: BoardTraining): Job {
  const facts = {
    name: toBoardName(shown),
    data: toBoardData(shown),
    returnvalue: toBoardResult(shown.training) ?? null,
    stacktrace: [],
  };
  return withDisplay(job, { ...job.toJSON(), ...facts }, () => job.getState());
}

/** A job in place of that which the cancel removed; it exists on the board only. */
function toCancelledJob(queue: Queue, shown: BoardTraining): Job {
  const { id, acceptedAt, changedAt, priority } = shown.training;
  const name = toBoardName(shown);
  const data = toBoardData(shown);
  const job = new Job(queue, name, data, { priority, timestamp: acceptedAt }, id);
  const facts = { processedOn: changedAt, finishedOn: changedAt, returnvalue: toBoardResult(shown.training) };
  return withDisplay(job, { ...job.toJSON(), ...facts }, async () => 'completed');
}

/** The same job with other contents on the board; its functions stay those of the job. */
function withDisplay(job: Job, json: ReturnType<Job['toJSON']>, getState: Job['getState']): Job {
  return Object.create(job, { toJSON: { value: () => json }, getState: { value: getState } });
}
