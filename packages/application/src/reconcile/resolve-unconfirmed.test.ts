import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createDispatchHarness } from '../../test/dispatch-harness.ts';
import { UnreadableTrainingError } from '../errors.ts';
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

/** An unconfirmed submission to the endpoint `ep` beside other trainings; `resolve` evaluates it once a minute. */
async function openUnconfirmed(facts: {
  readonly onEndpoint: number;
  readonly others?: readonly Training[];
  /** Ids of trainings with an active attempt that cannot be read. */
  readonly unreadable?: readonly string[];
  readonly webhookRunId?: string;
  readonly observed?: RunObservation;
  readonly epoch?: string;
  /** The published high-water mark; Redis itself has none. */
  readonly highWaterMark?: string;
  /** The jump of the clock that made the submission unconfirmed. */
  readonly jumpedMs?: number;
  /** Age of the attempt's model in the object store at the first evaluation, ms; absent without a model. */
  readonly modelAgeMs?: number;
  /** Whether only Trainyard uses the endpoint; true by default. */
  readonly exclusive?: boolean;
}) {
  const harness = await createDispatchHarness();
  await harness.deps.objects.put(
    'data/epoch.json',
    JSON.stringify({ layout: 4, epoch: 'e', highWaterMark: facts.highWaterMark }),
  );
  harness.advanceMs(facts.jumpedMs ?? 0);
  const { modelAgeMs } = facts;
  const lastModifiedMs =
    modelAgeMs === undefined ? undefined : harness.deps.clock.now() + MINUTE_MS - modelAgeMs;
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
    settings: {
      ...harness.deps.settings,
      outputLookup: ['output_key'],
      exclusiveEndpoint: facts.exclusive ?? true,
    },
    objects: {
      ...harness.deps.objects,
      headUri: async () =>
        lastModifiedMs === undefined ? undefined : { sizeBytes: 9, lastModifiedMs, etag: '"1"' },
    },
    store: {
      ...harness.deps.store,
      getControl: async () => ({
        maxConcurrency: 2,
        paused: false,
        ...('epoch' in facts ? {} : { epoch: 'e' }),
      }),
      loadAll: async (ids: readonly string[]) => {
        const unreadable = facts.unreadable?.find((id) => ids.includes(id));
        if (unreadable) throw new UnreadableTrainingError(unreadable, 'not JSON');
        return ids.map((id) => others.find((each) => each.id === id) ?? harness.training());
      },
      fence: async () => undefined,
      listWebhooks: async () => (facts.webhookRunId ? [{ runId: facts.webhookRunId }] : []),
      listActiveAttempts: async () =>
        ['t1', ...(facts.unreadable ?? []), ...others.map(({ id }) => id)].map((trainingId) => ({
          trainingId,
        })),
    },
  } as unknown as Deps;
  const resolve = async (times: number) => {
    for (let time = 0; time < times && harness.training().status === 'unconfirmed'; time += 1) {
      harness.advanceMs(MINUTE_MS);
      await resolveUnconfirmed(deps, harness.training() as never);
    }
    return harness.training();
  };
  return { resolve };
}

function running(id: string, endpointId: string) {
  return {
    id,
    status: 'submitted',
    changedAt: 1e9,
    attempt: { ...attempt(endpointId), runId: 'r' },
  } as never;
}

describe('the resolution of an unconfirmed submission', () => {
  it('keeps the slot of a stored model while the endpoint has a run that may be of the attempt, however old the file is', async () => {
    const { resolve } = await openUnconfirmed({ onEndpoint: 1, modelAgeMs: 10 * MINUTE_MS });
    expect(await resolve(5)).toMatchObject({ status: 'unconfirmed', countsWithoutRun: [] });
  });

  it('adopts a fresh model at once when the known runs explain every run of the endpoint', async () => {
    const { resolve } = await openUnconfirmed({
      onEndpoint: 1,
      modelAgeMs: 0,
      others: [running('t2', 'ep')],
    });
    expect((await resolve(1)).status).toBe('finalizing');
  });

  it('adopts a stored model of a shared endpoint once it is 60 s old, and asks for attention before', async () => {
    const { resolve } = await openUnconfirmed({ onEndpoint: 1, modelAgeMs: 0, exclusive: false });
    expect(await resolve(1)).toMatchObject({ status: 'unconfirmed', needsAttention: {} });
    expect((await resolve(1)).status).toBe('finalizing');
  });

  it('counts the attempt of an unreadable training as a possible run', async () => {
    const unreadable = ['broken'];
    const { resolve } = await openUnconfirmed({ onEndpoint: 1, unreadable });
    expect(await resolve(5)).toMatchObject({ status: 'unconfirmed', countsWithoutRun: [] });
    const empty = await openUnconfirmed({ onEndpoint: 0, unreadable });
    expect(await empty.resolve(5)).toMatchObject({ status: 'queued' });
  });

  it('adopts no webhook run while an unreadable training may wait for its answer', async () => {
    const { resolve } = await openUnconfirmed({
      onEndpoint: 1,
      webhookRunId: 'run-1',
      unreadable: ['broken'],
    });
    expect(await resolve(5)).toMatchObject({ status: 'unconfirmed' });
  });

  it('needs a second count after a clock jump made the submission unconfirmed', async () => {
    const { resolve } = await openUnconfirmed({ onEndpoint: 0, jumpedMs: 1e9 });
    expect((await resolve(1)).status).toBe('unconfirmed');
    expect((await resolve(1)).status).toBe('failed');
  });

  it('does not count a known run of a different endpoint', async () => {
    const { resolve } = await openUnconfirmed({ onEndpoint: 1, others: [running('t2', 'former-endpoint')] });
    expect(await resolve(5)).toMatchObject({ status: 'unconfirmed', runSeen: 'seen', countsWithoutRun: [] });
  });

  it('requeues the training after three counts that the known runs explain', async () => {
    const { resolve } = await openUnconfirmed({ onEndpoint: 1, others: [running('t2', 'ep')] });
    expect(await resolve(5)).toMatchObject({ status: 'queued', attemptsSpent: 0 });
  });

  it('evaluates no count while the provider is unavailable for the run of a webhook', async () => {
    const unavailable = { kind: 'unavailable', message: 'HTTP 500' } as const;
    const { resolve } = await openUnconfirmed({
      onEndpoint: 0,
      webhookRunId: 'run-1',
      observed: unavailable,
    });
    expect(await resolve(5)).toMatchObject({ status: 'unconfirmed', countsWithoutRun: [] });
  });

  it('ignores the run of a webhook that is missing at the provider', async () => {
    const { resolve } = await openUnconfirmed({
      onEndpoint: 0,
      webhookRunId: 'run-1',
      observed: { kind: 'missing' },
    });
    expect((await resolve(5)).status).toBe('queued');
  });

  it('evaluates no count during a recovery', async () => {
    const { resolve } = await openUnconfirmed({ onEndpoint: 2, epoch: undefined as never });
    const after = await resolve(3);
    expect(after.status).toBe('unconfirmed');
    expect(after).not.toHaveProperty('runSeen');
  });

  it('evaluates no count from a Redis restored from an old backup', async () => {
    const { resolve } = await openUnconfirmed({ onEndpoint: 0, highWaterMark: '2.newer' });
    expect(await resolve(5)).toMatchObject({ status: 'unconfirmed', countsWithoutRun: [] });
  });
});
