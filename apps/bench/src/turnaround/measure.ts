import { accept, advance, type Deps, type TrainingConsumer } from '@trainyard/application';
import { startDispatcher } from '@trainyard/dispatcher';
import type { OpenDeps } from '@trainyard/runtime';
import { type Figures, figuresOf } from '../figures.ts';
import { createInstantProvider } from './instant-provider.ts';

/** How long it takes from a slot being freed until the next training was taken, and until it was submitted. */
export interface Turnaround {
  readonly taken: Figures;
  readonly submitted: Figures;
}

interface Stamps {
  readonly taken: number[];
  readonly submitted: { readonly at: number; readonly trainingId: string }[];
}

const enqueue = async (deps: Deps, count: number): Promise<void> => {
  const image = deps.objects.toUri('images/a.png');
  for (let n = 0; n < count; n += 1)
    await accept(deps, {
      subject: { kind: 'actor', id: `a${n}` },
      images: [image],
      source: 'person',
      force: true,
    });
};

const stamped = (line: TrainingConsumer, stamps: Stamps): TrainingConsumer => ({
  ...line,
  claim: async () => {
    const taken = await line.claim();
    if (taken) stamps.taken.push(performance.now());
    return taken;
  },
});

const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 1));
};

const endRun = async (deps: Deps, trainingId: string): Promise<number> => {
  const running = await deps.store.load(trainingId);
  if (running?.status !== 'submitted') throw new Error(`${trainingId} should be submitted`);
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
};

/**
 * Frees one slot after the other and watches the next training take it.
 * @param woken whether events wake the dispatcher, or its tick alone does
 */
export const measureTurnaround = async (
  { deps: opened, redis }: OpenDeps,
  options: { readonly rounds: number; readonly woken: boolean },
): Promise<Turnaround> => {
  const stamps: Stamps = { taken: [], submitted: [] };
  const provider = createInstantProvider(({ input }) => {
    const { training_id } = input['training_config'] as { training_id: string };
    stamps.submitted.push({ at: performance.now(), trainingId: training_id });
  });
  const deps: Deps = { ...opened, provider };
  const { maxConcurrency } = await deps.store.getControl();
  await enqueue(deps, options.rounds + maxConcurrency);
  const dispatcher = await startDispatcher({
    deps,
    redis: {
      assertConcurrencyLimit: redis.assertConcurrencyLimit,
      openConsumer: async (onWake) =>
        stamped(await redis.openConsumer(options.woken ? onWake : () => undefined), stamps),
    },
  });
  await until(() => stamps.submitted.length === maxConcurrency);
  const taken: number[] = [];
  const submitted: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const holder = stamps.submitted[round]?.trainingId ?? '';
    await untilSaved(deps, holder);
    const freedAt = await endRun(deps, holder);
    await until(() => stamps.submitted.length === maxConcurrency + round + 1);
    taken.push((stamps.taken[maxConcurrency + round] ?? Number.NaN) - freedAt);
    submitted.push((stamps.submitted[maxConcurrency + round]?.at ?? Number.NaN) - freedAt);
  }
  await dispatcher.close();
  for (const { trainingId } of await deps.store.listActiveAttempts()) await endRun(deps, trainingId);
  return { taken: figuresOf(taken), submitted: figuresOf(submitted) };
};

/** The provider answers before the dispatcher has saved its answer. */
const untilSaved = async (deps: Deps, id: string): Promise<void> => {
  while ((await deps.store.load(id))?.status !== 'submitted')
    await new Promise((resolve) => setTimeout(resolve, 1));
};
