import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createDispatchHarness, type DispatchHarness } from '../../test/dispatch-harness.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

type Provider = ReconcileDeps['provider'];
const UNAVAILABLE: Partial<Provider> = {
  observe: async () => ({ kind: 'missing' }),
  cancel: async () => ({ kind: 'missing' }),
  health: async () =>
    ({ kind: 'health', health: { jobs: { inQueue: 0, inProgress: 0 }, workers: {} } }) as never,
};
function LIVE(phase: 'in_queue' | 'in_progress'): Partial<Provider> {
  return {
    ...UNAVAILABLE,
    observe: async () => ({ kind: 'live', phase, providerStatus: 'X' }),
  };
}

function attempt(now: number) {
  return {
    ...{
      number: 1,
      nonce: 'n',
      lockToken: 'lock',
      endpointId: 'ep',
      runId: 'run-1',
      outputKey: 'k',
      modelName: 'm',
    },
    ...{ versionName: 'V1', startedAt: now, acceptedAt: now, executionTimeoutMs: 2 * HOUR_MS },
    ...{ ttlMs: 8 * HOUR_MS, attemptDeadline: now + 8 * HOUR_MS + 10 * MINUTE_MS },
  };
}

const states: readonly (readonly [
  name: string,
  status: string,
  more: object,
  provider: Partial<Provider>,
])[] = [
  ['with a call in progress', 'submitting', {}, UNAVAILABLE],
  ['without a result', 'unconfirmed', { since: 0, countsWithoutRun: [], reason: '' }, UNAVAILABLE],
  ['with a missing run', 'submitted', {}, UNAVAILABLE],
  ['in RunPod’s queue', 'submitted', {}, LIVE('in_queue')],
  ['on a worker', 'running', {}, LIVE('in_progress')],
];

function startTraining(harness: DispatchHarness, status: string, more: object, provider: Partial<Provider>) {
  const now = harness.deps.clock.now();
  const run = { ...attempt(now), ...(status === 'running' && { startedRunningAt: now }) };
  harness.changeTraining({
    status,
    attempt: run,
    attemptsStarted: 1,
    versionName: 'V1',
    ...more,
  } as Partial<Training>);
  return {
    ...harness.deps,
    provider,
    settings: {
      ...harness.deps.settings,
      outputLookup: [],
      exclusiveEndpoint: true,
      queueBudgetMs: 6 * HOUR_MS,
    },
    store: {
      ...harness.deps.store,
      recordRunCheck: async () => undefined,
      listWebhooks: async () => [],
      listActiveAttempts: async () => [{ trainingId: 't1', attempt: 1, since: 0 }],
      list: async () => ({ items: [] }),
    },
  } as unknown as ReconcileDeps;
}

describe('an attempt past its deadline', () => {
  it.each(states)('leaves its state: an attempt %s', async (_, status, more, provider) => {
    const harness = await createDispatchHarness();
    const deps = startTraining(harness, status, more, provider);
    harness.advanceMs(9 * HOUR_MS);
    await reconcile(deps, 't1');
    expect(harness.training().status).not.toBe(status);
  });
});

describe('a clock set back by a year', () => {
  it.each(states)(
    'changes no attempt %s and polls it again within 2 min',
    async (_, status, more, provider) => {
      const harness = await createDispatchHarness();
      const deps = startTraining(harness, status, more, provider);
      harness.advanceMs(-YEAR_MS);
      expect(await reconcile(deps, 't1')).toBeLessThanOrEqual(2 * MINUTE_MS);
      expect(harness.training().status).toBe(status);
    },
  );
});
