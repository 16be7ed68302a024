import type { Training } from '@trainyard/domain';
import { expect, it } from 'vitest';
import { createDispatchHarness } from '../../test/dispatch-harness.ts';
import type { RunObservation } from '../ports/provider.ts';
import { resolveUnconfirmed } from './resolve-unconfirmed.ts';

type Deps = Parameters<typeof resolveUnconfirmed>[0];
const MINUTE_MS = 60_000;

function attempt(endpointId: string) {
  return {
    ...{ number: 1, nonce: 'n', lockToken: 'lock', outputKey: 'k', modelName: 'm', versionName: 'V1' },
    ...{
      endpointId,
      startedAt: 1_000_000,
      ttlMs: 1e8,
      attemptDeadline: 1_000_000 + 1e8,
      executionTimeoutMs: 1e7,
    },
  };
}

/** An unconfirmed submission to `ep`, beside what else is on record; its endpoint is looked at once a minute. */
async function openUnconfirmed(facts: {
  readonly onEndpoint: number;
  readonly others?: readonly Training[];
  readonly webhookRunId?: string;
  readonly observed?: RunObservation;
  readonly epoch?: string;
  /** What the store was told of the record, which has no highWaterMark itself. */
  readonly highWaterMark?: string;
  /** By how much the clock had jumped when it came in doubt. */
  readonly jumpedMs?: number;
}) {
  const harness = await createDispatchHarness();
  await harness.deps.objects.put(
    'data/epoch.json',
    JSON.stringify({ epoch: 'e', highWaterMark: facts.highWaterMark }),
  );
  harness.advanceMs(facts.jumpedMs ?? 0);
  const since = facts.jumpedMs === undefined ? 0 : harness.deps.clock.now();
  const unconfirmed = {
    status: 'unconfirmed',
    since,
    countsWithoutRun: [],
    reason: '',
    attempt: attempt('ep'),
  };
  harness.changeTraining({ ...unconfirmed, attemptsStarted: 1 } as unknown as Partial<Training>);
  const others = facts.others ?? [];
  const jobs = { inQueue: 0, inProgress: facts.onEndpoint };
  const deps = {
    ...harness.deps,
    provider: {
      observe: async () => facts.observed ?? { kind: 'live', phase: 'in_progress', providerStatus: 'X' },
      health: async () => ({ kind: 'health', health: { jobs, workers: {} } }),
    },
    settings: { ...harness.deps.settings, outputLookup: [], exclusiveEndpoint: true },
    store: {
      ...harness.deps.store,
      getControl: async () => ({
        maxConcurrency: 2,
        paused: false,
        ...('epoch' in facts ? {} : { epoch: 'e' }),
      }),
      load: async (id: string) => others.find((each) => each.id === id) ?? harness.training(),
      fence: async () => undefined,
      listWebhooks: async () => (facts.webhookRunId ? [{ runId: facts.webhookRunId }] : []),
      listActiveAttempts: async () =>
        ['t1', ...others.map(({ id }) => id)].map((trainingId) => ({ trainingId })),
    },
  } as unknown as Deps;
  const resolve = async (times: number) => {
    for (let time = 0; time < times && harness.training().status === 'unconfirmed'; time += 1) {
      harness.advanceMs(MINUTE_MS);
      await resolveUnconfirmed(deps, harness.training() as never);
    }
    return harness.training();
  };
  return { look: resolve };
}

function running(id: string, endpointId: string) {
  return {
    id,
    status: 'submitted',
    changedAt: 1e9,
    attempt: { ...attempt(endpointId), runId: 'r' },
  } as never;
}

it('what came in doubt by a jump of the clock itself does not end at the first empty count', async () => {
  const { look } = await openUnconfirmed({ onEndpoint: 0, jumpedMs: 1e9 });
  expect((await look(1)).status).toBe('unconfirmed');
  expect((await look(1)).status).toBe('failed');
});

it('a known run of another endpoint does not explain one that lives on this', async () => {
  const { look } = await openUnconfirmed({ onEndpoint: 1, others: [running('t2', 'the-old-one')] });
  expect(await look(5)).toMatchObject({ status: 'unconfirmed', runSeen: 'seen', countsWithoutRun: [] });
});

it('a known run of the same endpoint explains one, and three such counts refute', async () => {
  const { look } = await openUnconfirmed({ onEndpoint: 1, others: [running('t2', 'ep')] });
  expect(await look(5)).toMatchObject({ status: 'queued', attemptsSpent: 0 });
});

it('a run that a webhook named is not refuted by counts while the provider does not say what became of it', async () => {
  const unavailable = { kind: 'unavailable', message: 'HTTP 500' } as const;
  const { look } = await openUnconfirmed({ onEndpoint: 0, webhookRunId: 'run-1', observed: unavailable });
  expect(await look(5)).toMatchObject({ status: 'unconfirmed', countsWithoutRun: [] });
});

it('a run that a webhook named and the provider does not know is no evidence', async () => {
  const { look } = await openUnconfirmed({
    onEndpoint: 0,
    webhookRunId: 'run-1',
    observed: { kind: 'missing' },
  });
  expect((await look(5)).status).toBe('queued');
});

it('nothing is counted while the record is being put back', async () => {
  const { look } = await openUnconfirmed({ onEndpoint: 2, epoch: undefined as never });
  const after = await look(3);
  expect(after.status).toBe('unconfirmed');
  expect(after).not.toHaveProperty('runSeen');
});

it('nothing is counted against a run by a Redis that was put back from an old copy: it knows others than live', async () => {
  const { look } = await openUnconfirmed({ onEndpoint: 0, highWaterMark: '2.word' });
  expect(await look(5)).toMatchObject({ status: 'unconfirmed', countsWithoutRun: [] });
});
