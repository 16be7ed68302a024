import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { type DispatchYard, openDispatchYard } from '../../test/dispatch-yard.ts';
import { type ReconcileDeps, reconcile } from '../reconcile/reconcile.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

type Provider = ReconcileDeps['provider'];
const NOBODY: Partial<Provider> = {
  observe: async () => ({ kind: 'missing' }),
  cancel: async () => ({ kind: 'missing' }),
  health: async () =>
    ({ kind: 'health', health: { jobs: { inQueue: 0, inProgress: 0 }, workers: {} } }) as never,
};
const LIVE = (phase: 'in_queue' | 'in_progress'): Partial<Provider> => ({
  ...NOBODY,
  observe: async () => ({ kind: 'live', phase, providerStatus: 'X' }),
});

const attempt = (now: number) => ({
  ...{
    number: 1,
    nonce: 'n',
    jobToken: 'lock',
    endpointId: 'ep',
    runId: 'run-1',
    outputKey: 'k',
    modelName: 'm',
  },
  ...{ versionName: 'V1', startedAt: now, acceptedAt: now, executionTimeoutMs: 2 * HOUR_MS },
  ...{ ttlMs: 8 * HOUR_MS, deadBy: now + 8 * HOUR_MS + 10 * MINUTE_MS },
});

const states: readonly (readonly [
  name: string,
  status: string,
  more: object,
  provider: Partial<Provider>,
])[] = [
  ['whose call is under way', 'submitting', {}, NOBODY],
  ['that nobody knows', 'unconfirmed', { since: 0, countsAgainst: [], reason: '' }, NOBODY],
  ['that the provider does not know yet', 'submitted', {}, NOBODY],
  ['that waits for a worker', 'submitted', {}, LIVE('in_queue')],
  ['that runs', 'running', {}, LIVE('in_progress')],
];

const jumped = async (yard: DispatchYard, status: string, more: object, provider: Partial<Provider>) => {
  const now = yard.deps.clock.now();
  const run = { ...attempt(now), ...(status === 'running' && { startedRunningAt: now }) };
  yard.change({ status, attempt: run, attemptsStarted: 1, versionName: 'V1', ...more } as Partial<Training>);
  let heldMs = MINUTE_MS / 6;
  const deps = {
    ...yard.deps,
    provider,
    settings: {
      ...yard.deps.settings,
      outputLookup: [],
      exclusiveEndpoint: true,
      queueBudgetMs: 6 * HOUR_MS,
    },
    store: {
      ...yard.deps.store,
      slotHeldForMs: async () => yard.deps.clock.realMs(heldMs),
      webhookNotes: async () => [],
      ledger: async () => [{ trainingId: 't1', attempt: 1, since: 0 }],
      list: async () => ({ items: [] }),
    },
  } as unknown as ReconcileDeps;
  const held = (ms: number): void => {
    heldMs = ms;
  };
  return { deps, held };
};

describe('a clock that jumps a year ahead', () => {
  it.each(states)('ends, doubts and stops no attempt %s', async (_, status, more, provider) => {
    const yard = await openDispatchYard();
    const { deps } = await jumped(yard, status, more, provider);
    yard.pass(YEAR_MS);
    await reconcile(deps, 't1');
    await reconcile(deps, 't1');
    expect(yard.training().status).toBe(status);
  });

  it.each(states)(
    'keeps no attempt from its end once its time is over: %s',
    async (_, status, more, provider) => {
      const yard = await openDispatchYard();
      const { deps, held } = await jumped(yard, status, more, provider);
      yard.pass(9 * HOUR_MS);
      held(9 * HOUR_MS);
      await reconcile(deps, 't1');
      expect(yard.training().status).not.toBe(status);
    },
  );
});

const HELD: readonly (readonly [string, string, object, Partial<Provider>])[] = [
  ['that waited for five hours and has just begun to run', 'running', {}, LIVE('in_progress')],
  ['whose cancel was heard, and which the provider did not know just now', 'cancelling', {}, NOBODY],
];

describe('a clock that jumps once the slot has long been held', () => {
  it.each(HELD)('ends and stops no attempt %s', async (_, status, more, provider) => {
    const yard = await openDispatchYard();
    const { deps, held } = await jumped(yard, status, more, provider);
    yard.pass(5 * HOUR_MS);
    held(5 * HOUR_MS);
    const now = yard.deps.clock.now();
    const { attempt: run } = yard.training() as unknown as { attempt: object };
    yard.change({
      attempt: { ...run, ...(status === 'running' ? { startedRunningAt: now } : { missingSince: now }) },
      ...(status === 'cancelling' && { acknowledgedAt: now, cancelRequested: { at: now, by: 'a person' } }),
    } as unknown as Partial<Training>);
    yard.pass(3 * HOUR_MS);
    await reconcile(deps, 't1');
    expect(yard.training().status).toBe(status);
    held(8 * HOUR_MS);
    await reconcile(deps, 't1');
    expect(yard.training().status).not.toBe(status);
  });
});

describe('a clock that is set back', () => {
  it.each(states)(
    'ends, doubts and stops no attempt %s, and looks at it again soon',
    async (_, status, more, provider) => {
      const yard = await openDispatchYard();
      const { deps } = await jumped(yard, status, more, provider);
      yard.pass(-YEAR_MS);
      expect(await reconcile(deps, 't1')).toBeLessThanOrEqual(2 * MINUTE_MS);
      expect(yard.training().status).toBe(status);
    },
  );
});
