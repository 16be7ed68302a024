import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type {
  BudgetsView,
  DispatchView,
  LiveEventName,
  SlotsView,
  TrainingDetail,
} from '@trainyard/contracts';
import { setServerClock } from '../clock.ts';
import { patchProgress, patchTraining } from '../resources/training-cache.ts';
import type { LiveData } from '../resources/types.ts';
import { createKeyedThrottle, createThrottle } from './live-throttle.ts';

/** Progress is shown at most twice a second per run. */
const PROGRESS_MS = 500;
/** Lists are loaded again at most once a second, however many events concern them. */
const RELOAD_MS = 1_000;

/** Applies a live event to the cache. */
export type ApplyEvent = <Name extends LiveEventName>(name: Name, data: LiveData<Name>) => void;

/** Entries that depend on which actors are busy and on which trainings start. */
const ELIGIBILITY: readonly QueryKey[] = [
  ['auto-train', 'candidates'],
  ['auto-train', 'plan'],
];

type Handlers = { readonly [Name in LiveEventName]: (data: LiveData<Name>) => void };

/** Creates the function that applies live events to the cache: known entries are patched, lists are loaded again. */
export function createPatches(client: QueryClient): ApplyEvent {
  const reload = createReload(client);
  const handlers: Handlers = {
    ready: ({ now, time_factor: factor }) => setServerClock(now, factor),
    reset: () => void client.invalidateQueries(),
    ...createTrainingHandlers(client, reload),
    ...createSubjectHandlers(client, reload),
    'dispatch.changed': (control) => {
      client.setQueryData<DispatchView>(['dispatch'], (known) => known && { ...known, ...control });
      client.setQueryData<SlotsView>(['slots'], (known) => known && { ...known, ...control });
      reload(['slots'], ['dispatch'], ['trainings', 'list'], ['auto-train', 'plan']);
    },
    'budgets.changed': (budgets) => void client.setQueryData<BudgetsView>(['budgets'], budgets),
    'schedule.changed': () => reload(['auto-train']),
    'batch.changed': () => reload(['auto-train']),
    'tunnel.changed': () => reload(['callback'], ['tunnel']),
  };
  return (name, data) => handlers[name](data);
}

type Reload = (...keys: readonly QueryKey[]) => void;

function createReload(client: QueryClient): Reload {
  const pending = createThrottle<readonly QueryKey[]>(RELOAD_MS, (collected) => {
    const distinct = new Map(collected.flat().map((key) => [JSON.stringify(key), key]));
    for (const queryKey of distinct.values()) void client.invalidateQueries({ queryKey });
  });
  return (...keys) => pending.add(keys);
}

function createTrainingHandlers(
  client: QueryClient,
  reload: Reload,
): Pick<Handlers, 'training.changed' | 'training.progress'> {
  const progress = createKeyedThrottle<LiveData<'training.progress'>>(PROGRESS_MS, (id, reports) =>
    patchProgress(client, id, reports),
  );
  return {
    'training.changed': ({ training_id: id, training, event }) => {
      if (training) patchTraining(client, training);
      const events = ['trainings', 'events', id];
      if (event.from === event.to) return reload(events);
      const own: readonly QueryKey[] = [events, ['trainings', 'progress', id], ['trainings', 'detail', id]];
      const resource = training && `${training.kind}s`;
      const subject = training
        ? [
            [resource, 'list'],
            [resource, 'detail', training.subject_id],
          ]
        : [];
      const batch = training?.batch_id ?? undefined;
      const runs =
        batch === undefined
          ? []
          : [
              ['auto-train', 'run', batch],
              ['auto-train', 'events', batch],
            ];
      reload(...own, ['trainings', 'list'], ['slots'], ...subject, ...ELIGIBILITY, ...runs);
    },
    'training.progress': (report) => progress.add(report.training_id, report),
  };
}

function createSubjectHandlers(client: QueryClient, reload: Reload): Pick<Handlers, 'subject.changed'> {
  return {
    'subject.changed': ({ kind, subject_id: id }) => {
      const resource = `${kind}s`;
      const entries = client.getQueryCache().findAll({ queryKey: [resource] });
      const trainings = client.getQueriesData<TrainingDetail>({ queryKey: ['trainings', 'detail'] });
      const keys = [
        // Every entry of this subject: detail, versions, images, training data.
        ...entries.map(({ queryKey }) => queryKey).filter((key) => key.includes(id)),
        ...trainings.flatMap(([key, each]) => (each?.subject_id === id && each.kind === kind ? [key] : [])),
      ];
      reload([resource, 'list'], ...ELIGIBILITY, ...keys);
    },
  };
}
