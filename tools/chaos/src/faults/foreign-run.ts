import { createWebhookToken } from '@trainyard/application';
import type { Training, TrainingIn } from '@trainyard/domain';
import type { HistoryEvent } from '@trainyard/runpod-simulator';
import { WEBHOOK_SECRET } from '../cluster/cluster.ts';
import {
  type InjectionContext,
  type Injector,
  injectOneAtATime,
  loadTrainings,
  pickTarget,
  waitFor,
} from '../injection/context.ts';
import { injectIntoNextCalls } from '../injection/target.ts';
import { sendForgedWebhook } from './webhook-forgery.ts';

type Unconfirmed = TrainingIn<'unconfirmed'>;

/** An unconfirmed training, and the run of a different training. */
interface ForeignRun {
  readonly target: Unconfirmed;
  readonly runId: string;
}

/** Drops the response of the next submission, after RunPod accepted its run in half of the cases. */
const dropResponse = injectIntoNextCalls(({ pick }) => [
  { kind: 'drop', op: 'run', after_accepting: pick < 0.5 },
]);

/** Each unconfirmed submission is named once, so that several faults of a seed need several submissions. */
function toNamedKey({ id, attempt }: Unconfirmed): string {
  return `foreign run ${id}/${attempt.number}`;
}

/** Finds an unconfirmed training while a different training has a run; undefined without such a pair. */
async function findForeignRun(context: InjectionContext): Promise<ForeignRun | undefined> {
  const trainings = await loadTrainings(context);
  const target = pickTarget(
    context,
    trainings
      .filter((each): each is Unconfirmed => each.status === 'unconfirmed')
      .filter((each) => !context.eventLog.targeted.has(toNamedKey(each))),
  );
  if (!target) return undefined;
  const runId = findOtherRun(trainings, target);
  return runId === undefined ? undefined : { target, runId };
}

/** The run of a different training: a live one, else the one that ended last, which RunPod still knows. */
function findOtherRun(trainings: readonly Training[], { id }: Unconfirmed): string | undefined {
  const [run] = trainings
    .filter((each) => each.id !== id)
    .toSorted((a, b) => Number(hasLiveRun(b)) - Number(hasLiveRun(a)) || b.changedAt - a.changedAt)
    .map(getRunId)
    .filter((each) => each !== undefined);
  return run;
}

function hasLiveRun({ status }: Training): boolean {
  return status === 'submitted' || status === 'running';
}

function getRunId(training: Training): string | undefined {
  return 'attempt' in training && training.attempt && 'runId' in training.attempt
    ? training.attempt.runId
    : undefined;
}

/** Makes a submission unconfirmed while a different training has a run; undefined when the submission is resolved before. */
async function produceForeignRun(context: InjectionContext): Promise<ForeignRun | undefined> {
  await waitFor(context, async () => ((await loadTrainings(context)).some(getRunId) ? true : undefined));
  const result = await dropResponse(context);
  const hit = context.cluster.provider
    .events()
    .find(({ tag }) => tag !== undefined && tag === result?.tags?.[0]);
  if (!hit) return undefined;
  const found = await waitFor(context, async () => {
    const pair = await findForeignRun(context);
    return pair ?? ((await isPending(context, hit)) ? undefined : 'ended');
  });
  return found === 'ended' ? undefined : found;
}

/** Whether the attempt of the dropped response may be unconfirmed, or become so; the list of trainings can be old. */
async function isPending(
  context: InjectionContext,
  { training_id: id, attempt = 1 }: HistoryEvent,
): Promise<boolean> {
  const trainings = await loadTrainings(context);
  const target = trainings.find((each) => each.id === id);
  if (!target) return trainings.length === 0;
  const isOlder = target.attemptsStarted < attempt;
  return isOlder || target.status === 'submitting' || target.status === 'unconfirmed';
}

/** Sends a webhook with the valid token of the target that names the run. Returns true when the API accepted it. */
async function sendForeignRun(context: InjectionContext, { target, runId }: ForeignRun): Promise<boolean> {
  const marker = `foreign-${Math.floor(context.injection.pick * 1e9)}`;
  const { number: attempt } = target.attempt;
  context.eventLog.targeted.add(toNamedKey(target));
  const httpStatus = await sendForgedWebhook(context, marker, {
    ...{ trainingId: target.id, attempt, trusted: true },
    token: createWebhookToken(WEBHOOK_SECRET, target.id, attempt),
    body: { id: runId, status: 'COMPLETED', output: { loraUrl: `s3://${marker}/lora.safetensors` } },
  });
  if (httpStatus === 200) return true;
  context.eventLog.targeted.delete(toNamedKey(target));
  return false;
}

const nameOnce: Injector = async (context) => {
  while (!context.signal.aborted) {
    const found = (await findForeignRun(context)) ?? (await produceForeignRun(context));
    const at = Date.now();
    if (found && (await sendForeignRun(context, found))) return { at };
  }
  return undefined;
};

/**
 * Names the run of a different training in a webhook of an unconfirmed training. Without an unconfirmed training, the
 * fault first drops the response of a submission; it repeats both until the API accepted a webhook. Runs at most once at
 * a time, because a second dropped response would leave no live run beside the first.
 */
export const nameForeignRun = injectOneAtATime('an unconfirmed submission beside a live run', nameOnce);
