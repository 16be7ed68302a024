import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { UnreadableTrainingError } from '../errors.ts';
import type { HealthResult } from '../ports/provider.ts';
import type { Alarm } from '../ports/training-store/index.ts';
import { listActiveAlarms, watchEndpoint } from './watch.ts';

type Deps = Parameters<typeof watchEndpoint>[0];

function buildTraining(id: string, status: Training['status'], endpointId = 'ep') {
  return { id, status, attemptsStarted: 1, attempt: { number: 1, endpointId } } as unknown as Training;
}

function openWatch(exclusiveEndpoint = true) {
  const state = {
    trainings: [] as Training[],
    unreadable: [] as string[],
    onEndpoint: 0,
    answers: true,
    during: () => undefined as unknown,
  };
  const logged: string[] = [];
  const notifications = new Set<string>();
  let saved: Alarm | undefined;
  const store = {
    listActiveAttempts: async () =>
      [...state.unreadable, ...state.trainings.map(({ id }) => id)].map((trainingId) => ({
        ...{ trainingId, attempt: 1, since: 0 },
      })),
    loadAll: async (ids: readonly string[]) => {
      const unreadable = state.unreadable.find((id) => ids.includes(id));
      if (unreadable) throw new UnreadableTrainingError(unreadable, 'not JSON');
      return state.trainings;
    },
    listAlarms: async () => (saved ? [saved] : []),
    recordReading: async (code: Alarm['code'], { at, detail }: { at: number; detail?: Alarm['detail'] }) => {
      const before = saved;
      saved = detail && { code, since: before?.since ?? at, readings: (before?.readings ?? 0) + 1, detail };
      return { ...(before && { before }), ...(saved && { after: saved }) };
    },
  };
  const health = async (): Promise<HealthResult> => {
    state.during();
    const jobs = { inQueue: 0, inProgress: state.onEndpoint, completed: 0, failed: 0, retried: 0 };
    return state.answers
      ? { kind: 'health', health: { jobs, workers: {} } }
      : { kind: 'unavailable', message: 'no answer' };
  };
  const deps = {
    store,
    provider: { health },
    clock: { now: () => 7 },
    deliveries: { addNotification: async ({ id }: { readonly id: string }) => void notifications.add(id) },
    deliveryJobs: { runNow: async () => undefined },
    log: { error: (event: string) => logged.push(event), info: (event: string) => logged.push(event) },
    settings: { endpointId: 'ep', exclusiveEndpoint },
  } as unknown as Deps;
  const read = async (times = 1): Promise<readonly Alarm[]> => {
    for (let time = 0; time < times; time += 1) await watchEndpoint(deps);
    return listActiveAlarms(deps);
  };
  return { state, logged, notifications, read };
}

describe('the endpoint watch', () => {
  it('counts the attempt of an unreadable training as a possible run', async () => {
    const { state, logged, read } = openWatch();
    state.unreadable = ['broken'];
    state.trainings = [buildTraining('a', 'running')];
    state.onEndpoint = 2;
    expect(await read(5)).toEqual([]);
    expect(new Set(logged)).toEqual(new Set(['training_unreadable']));
  });

  it('raises the alarm at the third reading with more runs than attempts, and publishes it once', async () => {
    const { state, logged, notifications, read } = openWatch();
    state.trainings = [buildTraining('a', 'running'), buildTraining('b', 'unconfirmed')];
    state.onEndpoint = 3;
    expect(await read(2)).toEqual([]);
    expect(await read()).toMatchObject([
      { code: 'endpoint_runs_unknown', since: 7, detail: { unknown: 1, known: 1, unconfirmed: 1 } },
    ]);
    await read(40);
    expect(logged).toEqual(['endpoint_runs_unknown']);
    expect([...notifications]).toEqual(['alarm.endpoint_runs_unknown.7']);
  });

  it('clears the alarm at the first good reading', async () => {
    const { state, logged, read } = openWatch();
    state.onEndpoint = 1;
    await read(3);
    state.onEndpoint = 0;
    expect(await read()).toEqual([]);
    expect(logged).toEqual(['endpoint_runs_unknown', 'alarm_ended']);
    state.onEndpoint = 1;
    expect(await read(2)).toEqual([]);
  });

  it('counts a run that starts or ends during a reading as known', async () => {
    const { state, read } = openWatch();
    state.during = () => {
      state.onEndpoint = 1;
      state.trainings = [buildTraining('a', 'submitting')];
    };
    expect(await read(3)).toEqual([]);
    state.during = () => {
      state.trainings = [];
    };
    state.trainings = [buildTraining('b', 'running')];
    await read();
    state.onEndpoint = 0;
    expect(await read(3)).toEqual([]);
  });

  it('does not count a run of a different endpoint as known', async () => {
    const { state, read } = openWatch();
    state.trainings = [buildTraining('a', 'running', 'former-endpoint')];
    state.onEndpoint = 1;
    expect(await read(3)).toHaveLength(1);
  });

  it('takes no reading of a shared endpoint or during a failure of its health request', async () => {
    const shared = openWatch(false);
    shared.state.onEndpoint = 9;
    expect(await shared.read(5)).toEqual([]);
    const { state, read } = openWatch();
    state.onEndpoint = 1;
    await read(3);
    state.answers = false;
    expect(await read(3)).toHaveLength(1);
  });
});
