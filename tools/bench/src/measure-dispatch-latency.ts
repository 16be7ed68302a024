import {
  accept,
  advance,
  type Deps,
  type Provider,
  type Submission,
  type TrainingConsumer,
} from '@trainyard/application';
import { startDispatcher } from '@trainyard/dispatcher';
import type { OpenDeps } from '@trainyard/runtime';
import { type Quantiles, toQuantiles } from './quantiles.ts';

/** Durations from the release of a slot until the next training is claimed and until it is submitted, in ms. */
export interface DispatchLatency {
  readonly claimed: Quantiles;
  readonly submitted: Quantiles;
}

interface Timestamps {
  readonly claimed: number[];
  readonly submitted: { readonly at: number; readonly trainingId: string }[];
}

/**
 * Releases slots in sequence and measures when the next training is claimed and submitted.
 * @param options.wakeOnEvents true when events wake the dispatcher, false when only its tick does
 */
export async function measureDispatchLatency(
  { deps: opened, redis }: OpenDeps,
  options: { readonly rounds: number; readonly wakeOnEvents: boolean },
): Promise<DispatchLatency> {
  const timestamps: Timestamps = { claimed: [], submitted: [] };
  const provider = createInstantProvider(({ input }) => {
    const { training_id } = input['training_config'] as { training_id: string };
    timestamps.submitted.push({ at: performance.now(), trainingId: training_id });
  });
  const deps: Deps = { ...opened, provider };
  const { maxConcurrency } = await deps.store.getControl();
  await enqueueTrainings(deps, options.rounds + maxConcurrency);
  const dispatcher = await startDispatcher({
    deps,
    redis: {
      assertConcurrencyLimit: redis.assertConcurrencyLimit,
      openConsumer: async (onWake) =>
        withTimestamps(await redis.openConsumer(options.wakeOnEvents ? onWake : () => undefined), timestamps),
    },
  });
  await waitUntil(() => timestamps.submitted.length === maxConcurrency);
  const claimed: number[] = [];
  const submitted: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const holder = timestamps.submitted[round]?.trainingId ?? '';
    await waitUntilSubmitted(deps, holder);
    const freedAt = await endRun(deps, holder);
    await waitUntil(() => timestamps.submitted.length === maxConcurrency + round + 1);
    claimed.push((timestamps.claimed[maxConcurrency + round] ?? Number.NaN) - freedAt);
    submitted.push((timestamps.submitted[maxConcurrency + round]?.at ?? Number.NaN) - freedAt);
  }
  await dispatcher.close();
  for (const { trainingId } of await deps.store.listActiveAttempts()) await endRun(deps, trainingId);
  return { claimed: toQuantiles(claimed), submitted: toQuantiles(submitted) };
}

async function enqueueTrainings(deps: Deps, count: number): Promise<void> {
  const image = deps.objects.toUri('images/a.png');
  for (let n = 0; n < count; n += 1)
    await accept(deps, {
      subject: { kind: 'actor', id: `a${n}` },
      images: [image],
      trigger: 'ohwx',
      source: 'person',
      force: true,
    });
}

function withTimestamps(consumer: TrainingConsumer, timestamps: Timestamps): TrainingConsumer {
  return {
    ...consumer,
    claim: async () => {
      const claimed = await consumer.claim();
      if (claimed) timestamps.claimed.push(performance.now());
      return claimed;
    },
  };
}

async function waitUntil(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function endRun(deps: Deps, trainingId: string): Promise<number> {
  const running = await deps.store.load(trainingId);
  if (running?.status !== 'submitted') throw new Error(`Training ${trainingId} is not submitted`);
  const { number: attempt, runId } = running.attempt;
  const outcome = { status: 'completed', output: {} } as const;
  const freedAt = performance.now();
  await advance(deps, trainingId, {
    type: 'run_ended',
    at: deps.clock.now(),
    cause: 'poll',
    attempt,
    runId,
    outcome,
  });
  return freedAt;
}

/** Waits until the dispatcher has saved the response of the provider. */
async function waitUntilSubmitted(deps: Deps, id: string): Promise<void> {
  while ((await deps.store.load(id))?.status !== 'submitted')
    await new Promise((resolve) => setTimeout(resolve, 1));
}

/** An endpoint that responds at once, so that the latency contains only the time of the dispatcher. */
function createInstantProvider(onSubmit: (submission: Submission) => void): Provider {
  let runs = 0;
  return {
    submit: async (submission) => {
      onSubmit(submission);
      runs += 1;
      return { kind: 'accepted', runId: `run-${runs}` };
    },
    observe: async () => ({ kind: 'live', phase: 'in_progress', providerStatus: 'instant' }),
    cancel: async () => ({ kind: 'acknowledged' }),
    health: async () => ({ kind: 'unavailable', message: 'not measured' }),
  };
}
