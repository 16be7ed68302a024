import { isTerminal } from '@trainyard/domain';
import {
  type InjectionContext,
  type Injector,
  injectOneAtATime,
  listProcesses,
  loadTrainings,
  waitFaultDuration,
  waitFor,
} from '../injection/context.ts';
import {
  AFTER_SLOT_ACQUIRED,
  BEFORE_SLOT_ACQUIRED,
  beforeOutputLookup,
  waitUntilStopped,
} from '../injection/fault-points.ts';
import { injectIntoTraining } from '../injection/target.ts';

/** All dispatchers stay frozen for this long. Scaled ms. */
const BOTH_FROZEN_MS = 30_000;

/** The attempts with a slot and without a submission result, as `training/number`. */
async function listSubmitting({ cluster }: InjectionContext): Promise<ReadonlySet<string>> {
  const holders = await cluster.deps.store.listActiveAttempts();
  const trainings = await Promise.all(holders.map(({ trainingId }) => cluster.deps.store.load(trainingId)));
  return new Set(
    trainings.flatMap((each) =>
      each?.status === 'submitting' || each?.status === 'unconfirmed'
        ? [`${each.id}/${each.attempt.number}`]
        : [],
    ),
  );
}

/**
 * Freezes all dispatchers when one of them has acquired a slot and not yet sent the request, then thaws its peers. The
 * stopped dispatcher resumes after the other processes have resolved its submission.
 */
export const freezeBetweenSaveAndPost: Injector = async (context) => {
  const { cluster, signal } = context;
  const stopped = await waitUntilStopped(context, 'dispatcher', AFTER_SLOT_ACQUIRED);
  if (stopped.length === 0) return undefined;
  const at = Date.now();
  const dispatchers = listProcesses(context, 'dispatcher');
  for (const each of dispatchers) each.freeze();
  const submitting = await listSubmitting(context).catch(() => new Set<string>());
  await cluster.wait(BOTH_FROZEN_MS, signal);
  for (const each of dispatchers) if (!stopped.includes(each)) each.thaw();
  await waitFaultDuration(context);
  await waitFor(context, async () => {
    const left = await listSubmitting(context).catch(() => submitting);
    return [...submitting].some((each) => left.has(each)) ? undefined : true;
  });
  for (const each of stopped) each.thaw();
  return { at };
};

/** Freezes a dispatcher before it acquires a slot; it resumes after a peer has rescued its job. */
export const freezeBeforeSlotAcquired: Injector = async (context) => {
  const [first, ...others] = await waitUntilStopped(context, 'dispatcher', BEFORE_SLOT_ACQUIRED);
  for (const each of others) each.thaw();
  if (!first) return undefined;
  const at = Date.now();
  await waitFaultDuration(context);
  first.thaw();
  return { at };
};

const injectCrash = injectIntoTraining(['worker'], () => [{ kind: 'worker_crash' }]);

/** Crashes a run. Returns its training and attempt, or undefined without a target. */
async function crashRun(
  context: InjectionContext,
): Promise<{ readonly id: string; readonly attempt: number } | undefined> {
  const result = await injectCrash(context);
  const { training_id: id, attempt = 1 } =
    context.cluster.provider.events().find(({ tag }) => tag !== undefined && tag === result?.tags?.[0]) ?? {};
  return id === undefined ? undefined : { id, attempt };
}

/** Waits for a live later attempt. Returns false when the training ended or the schedule is over. */
async function waitForNextAttempt(context: InjectionContext, id: string, attempt: number): Promise<boolean> {
  const isLive = await waitFor(context, async () => {
    const training = (await loadTrainings(context)).find((each) => each.id === id);
    if (!training || isTerminal(training)) return training && false;
    const { status } = training;
    return (status === 'submitted' || status === 'running') && training.attempt.number > attempt
      ? true
      : undefined;
  });
  return isLive === true;
}

/** Freezes a reconciler before it saves the end of a run, until the next attempt of the training is live. */
const freezeUntilNextAttempt: Injector = async (context) => {
  const run = await crashRun(context);
  if (!run) return undefined;
  const { id, attempt } = run;
  const stopped = await waitUntilStopped(context, 'reconciler', beforeOutputLookup(id, attempt));
  const at = Date.now();
  const nextIsLive = await waitForNextAttempt(context, id, attempt);
  for (const each of stopped) each.thaw();
  return stopped.length > 0 && nextIsLive ? { at } : undefined;
};

/** Freezes a reconciler that holds a stale event. Runs at most once at a time, because a second reconciler must stay active. */
export const freezeWithStaleEvent = injectOneAtATime(
  'a reconciler with a stale event',
  freezeUntilNextAttempt,
);
