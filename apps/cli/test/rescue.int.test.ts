import { accept, backUpTrainings, checkEpoch, type Deps } from '@trainyard/application';
import { type Training, type TrainingEvent, transition } from '@trainyard/domain';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../src/program.ts';
import { openTestSystem } from './test-system.ts';

async function createTraining(deps: Deps, actorId: string): Promise<Training> {
  const subject = { kind: 'actor', id: actorId } as const;
  return (
    await accept(deps, { subject, images: ['s3://some-bucket/a.png'], trigger: 'ohwx', source: 'person' })
  ).training;
}

async function saveEvent(deps: Deps, before: Training, event: TrainingEvent): Promise<Training> {
  const { training } = transition(before, event);
  expect(await deps.store.save(training, event, before)).toBe('saved');
  return training;
}

/** Creates a training with an unconfirmed submission. */
async function createUnconfirmed(deps: Deps, actorId: string): Promise<Training> {
  const queued = await createTraining(deps, actorId);
  const at = deps.clock.now();
  const attempt = {
    ...{
      number: 1,
      endpointId: 'ep',
      startedAt: at,
      executionTimeoutMs: 1,
      ttlMs: 1,
      attemptDeadline: at + 60_000,
    },
    ...{ versionName: 'V1', modelName: 'm', outputKey: 'k', lockToken: 'token', nonce: actorId },
  };
  const started = { type: 'submission_started', at, cause: 'dispatcher', attempt } as const;
  const unclear = {
    type: 'submission_unclear',
    at,
    cause: 'dispatcher',
    attempt: 1,
    reason: 'reset',
  } as const;
  return saveEvent(deps, await saveEvent(deps, queued, started), unclear);
}

describe('trainyard recover', () => {
  test('reports a dry run, then restores lost trainings and reports them by action', async () => {
    const { deps, redisUrl, ran } = await openTestSystem();
    const [queued, unconfirmed] = [await createTraining(deps, 'a1'), await createUnconfirmed(deps, 'a2')];
    await backUpTrainings(deps);
    const raw = new Redis(redisUrl);
    await raw.flushall();
    await raw.quit();

    const planned = JSON.parse((await ran('recover', '--dry-run', '--json')).out);
    expect(planned).toMatchObject({ dry_run: true, by_action: { requeued: 1, unconfirmed: 1, known: 0 } });
    expect(await deps.store.load(queued.id)).toBeUndefined();

    const { code, out } = await ran('recover');
    expect(code).toBe(0);
    expect(out).toContain(`${queued.id}  requeued  queued\n`);
    expect(out).toContain(`${unconfirmed.id}  unconfirmed  unconfirmed\n`);
    expect(out).toMatch(/^1 requeued\n1 unconfirmed: evidence decides/m);
    expect(await deps.store.load(queued.id)).toMatchObject({ status: 'queued' });
    expect((await ran('recover')).out).toMatch(/^2 not lost/m);
  });

  test('exits with 5 for unreadable documents and keeps dispatch stopped unless --without-unreadable is given', async () => {
    const { deps, redisUrl, ran } = await openTestSystem();
    const queued = await createTraining(deps, 'a1');
    await backUpTrainings(deps);
    expect(await checkEpoch(deps)).toBe('current');
    await deps.objects.put('trainings/torn.json', '{"id": "torn"');
    const raw = new Redis(redisUrl);
    await raw.flushall();
    await raw.quit();

    const { code, out } = await ran('recover');
    expect(code).toBe(5);
    expect(out).toContain(`${queued.id}  requeued  queued\n`);
    expect(out).toMatch(/^refused {2}trainings\/torn\.json: /m);
    expect(out).toContain('--without-unreadable');
    expect(await checkEpoch(deps)).toBe('recover_required');

    const opened = await ran('recover', '--without-unreadable', '--json');
    expect(opened.code).toBe(0);
    expect(JSON.parse(opened.out)).toMatchObject({
      opened: true,
      by_action: { known: 1 },
      unreadable: [{ key: 'trainings/torn.json' }],
    });
    expect(await checkEpoch(deps)).toBe('current');
  });
});

describe('trainyard repair', () => {
  test('repairs a wrong flag of the catalogue; a dry run reports it and exits with 5', async () => {
    const { deps, ran } = await openTestSystem();
    const actor = { id: '0019', name: '0019', training_data: { s3_urls: [] } };
    await deps.objects.put('data/actors.json', JSON.stringify([actor]));
    await deps.manifests.setTrainingDataGood({ kind: 'actor', id: '0019' }, true);

    const dry = await ran('repair', '--dry-run', '--json');
    expect(dry.code).toBe(5);
    expect(JSON.parse(dry.out)).toEqual({
      dry_run: true,
      repairs: [
        {
          ...{ kind: 'actor', subject_id: '0019', what: 'flag', training_id: null },
          ...{ from: { trainingDataGood: false }, to: { trainingDataGood: true } },
        },
      ],
    });
    expect((await deps.catalogue.findActor('0019'))!.trainingDataGood).toBe(false);

    const { code, out } = await ran('repair');
    expect([code, out]).toEqual([0, expect.stringMatching(/^actor 0019: a flag of.*\n1 repaired\.\n$/)]);
    expect((await deps.catalogue.findActor('0019'))!.trainingDataGood).toBe(true);
    expect(await ran('repair', '--dry-run')).toMatchObject({
      code: 0,
      out: 'No differences.\n',
    });
  });

  test('names missing settings', async () => {
    const [out, err]: [string[], string[]] = [[], []];
    const stream = (lines: string[]) =>
      ({ write: (text: string) => lines.push(text) }) as unknown as NodeJS.WriteStream;
    expect(await runProgram(['repair'], { source: {}, out: stream(out), err: stream(err) })).toBe(2);
    expect(err.join('')).toContain('RunPod API key is required');
  });
});

describe('trainyard resolve', () => {
  test('fails an unconfirmed submission with --run-is-dead and refuses without it', async () => {
    const { deps, serve, ran } = await openTestSystem();
    const [first, second] = [await createUnconfirmed(deps, 'a1'), await createUnconfirmed(deps, 'a2')];
    const url = await serve();
    const refused = await ran('resolve', first.id, 'fail', '--attempt', '1', '--url', url);
    expect([refused.code, refused.err]).toEqual([4, expect.stringContaining('add --run-is-dead')]);
    expect(
      (await ran('resolve', first.id, 'fail', '--attempt', '1', '--run-is-dead', '--url', url)).code,
    ).toBe(0);
    expect(await deps.store.load(first.id)).toMatchObject({ status: 'failed' });
    const dead = ['--attempt', '1', '--run-is-dead', '--json', '--url', url];
    const again = await ran('resolve', second.id, 'resubmit', ...dead);
    expect(JSON.parse(again.out)).toMatchObject({ id: second.id, status: 'queued' });
  });

  test('adopts a run only by its id, needs the attempt, and refuses unknown actions', async () => {
    const { ran } = await openTestSystem();
    const { code, err } = await ran('resolve', 't1', 'adopt', '--attempt', '1');
    expect([code, err]).toEqual([2, expect.stringContaining('--run')]);
    expect((await ran('resolve', 't1', 'bury', '--attempt', '1')).code).toBe(2);
    const unnamed = await ran('resolve', 't1', 'fail', '--run-is-dead');
    expect([unnamed.code, unnamed.err]).toEqual([2, expect.stringContaining('--attempt')]);
  });
});
