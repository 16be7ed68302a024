import type { Training } from '@trainyard/domain';
import { expect, it } from 'vitest';
import { openDispatchYard } from '../../test/dispatch-yard.ts';
import { recover } from './recover.ts';

type Deps = Parameters<typeof recover>[0];

/** A journal that was not written for a while before Redis was lost, beside a history that knows of a later attempt. */
const recovered = async (status: Training['status'], laterAttempt: number) => {
  const yard = await openDispatchYard();
  const attempt = {
    number: 1,
    endpointId: 'ep',
    jobToken: 'lock',
    startedAt: 1,
    deadBy: 9e9,
    runId: 'run-1',
  };
  const kept = { ...yard.training(), status, attempt, attemptsStarted: 1, countsAgainst: [] };
  await yard.deps.objects.put('trainings/t1.json', JSON.stringify(kept));
  yard.versions.push({ name: 'V1', training_id: 't1', attempt: laterAttempt } as never);
  const restored: Training[] = [];
  const deps = {
    ...yard.deps,
    batches: {},
    store: {
      ...yard.deps.store,
      load: async () => undefined,
      restore: async (training: Training) => void restored.push(training),
      control: async () => ({ bound: 2, paused: false }),
      establishEpoch: async (epoch: string) => epoch,
    },
  } as unknown as Deps;
  await recover(deps);
  return restored[0]!;
};

it.each(['submitting', 'unconfirmed', 'submitted', 'running', 'cancelling'] as const)(
  'one that the journal holds as %s is in doubt about the later attempt that its history tells of',
  async (status) => {
    expect(await recovered(status, 2)).toMatchObject({
      status: 'unconfirmed',
      attemptsStarted: 2,
      attempt: { number: 2 },
    });
  },
);

it('one whose history tells of no later attempt is put back as it was', async () => {
  expect(await recovered('running', 1)).toMatchObject({ status: 'running', attempt: { runId: 'run-1' } });
});
