import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Training, TrainingStatus } from '@trainyard/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { check } from '../src/chaos/check/check.ts';
import { eventsOf, runsOf } from '../src/chaos/check/runs.ts';
import { ask, fillStore } from '../src/chaos/play/ask.ts';
import { settle } from '../src/chaos/play/settle.ts';
import { collect } from '../src/chaos/record/collect.ts';
import { type Diary, openDiary } from '../src/chaos/record/diary.ts';
import type { Evidence } from '../src/chaos/record/evidence.ts';
import { openYard, type Yard } from '../src/chaos/yard/yard.ts';

const TIME_FACTOR = 120;
const MINUTE_MS = 60_000;
const BOUND = 2;
/** A quarter of an hour: long enough that two are seen to run, and short enough to be forgotten after 45 minutes. */
const STEPS = 600;
const TRAININGS = 4;

let dir: string;
let yard: Yard;
let diary: Diary;
let images: Awaited<ReturnType<typeof fillStore>>;
const askFor = async (count: number): Promise<void> => {
  for (let asked = 0; asked < count; asked += 1) {
    const key = String(diary.accepted.length);
    const training = { atMs: 0, kind: 'actor', subjectId: `a${key}`, steps: STEPS, priority: 10 } as const;
    await ask(yard, diary, { key, training, images });
  }
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'trainyard-night-'));
  yard = await openYard({
    dir,
    timeFactor: TIME_FACTOR,
    bound: BOUND,
    longestRunMs: 20 * MINUTE_MS,
    mains: {},
  });
  diary = openDiary(BOUND);
  images = await fillStore(yard);
  await askFor(TRAININGS);
});
afterEach(async () => {
  await yard.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
});

const trainings = async (): Promise<readonly Training[]> =>
  Promise.all(diary.accepted.map(async ({ trainingId }) => (await yard.deps.store.load(trainingId))!));
const countOf = async (status: TrainingStatus): Promise<number> =>
  (await trainings()).filter((training) => training.status === status).length;
const ended = (): number => yard.provider.events().filter(({ event }) => event === 'ended').length;
const until = (what: () => number | Promise<number>, count: number): Promise<void> =>
  expect.poll(what, { timeout: 60_000, interval: 20 }).toBe(count);

/** Everything as it is when it has come to rest; throws when it does not. */
const atRest = async (): Promise<Evidence> => {
  expect(await settle(yard, diary)).toBe(true);
  return collect(yard, diary, { settled: true, mendedAt: Date.now() });
};
const runsOfEach = (evidence: Evidence): readonly number[] =>
  diary.accepted.map(
    ({ trainingId }) => runsOf(evidence).filter((run) => run.trainingId === trainingId).length,
  );

describe('a night', () => {
  it('with the whole system down for 45 minutes while runs finish costs nothing: all are recovered from the store, none is paid twice', async () => {
    await until(() => countOf('running'), BOUND);
    await Promise.all(yard.members.map((each) => each.kill()));
    await yard.wait(45 * MINUTE_MS);
    expect(ended()).toBe(BOUND);
    for (const each of yard.members) each.revive();

    const evidence = await atRest();
    expect(await countOf('completed')).toBe(TRAININGS);
    const fromStore = diary.accepted.filter(({ trainingId }) =>
      eventsOf(evidence, trainingId).some(({ type }) => type === 'output_found'),
    );
    expect(fromStore).toHaveLength(BOUND);
    expect(runsOfEach(evidence)).toEqual(diary.accepted.map(() => 1));
    expect(check(evidence)).toEqual([]);
  });

  it('without a valid key fails nothing and closes the gate once; all train after the key is back', async () => {
    await until(() => countOf('running'), BOUND);
    // On a busy machine those that were asked for first may have run already, one after another.
    await askFor(BOUND);
    const [waiting, endedBefore] = [await countOf('queued'), ended()];
    await yard.standIn.strike({ kind: 'answer', http_status: 401, times: null });
    await until(ended, endedBefore + BOUND);
    await expect.poll(async () => (await yard.deps.store.getControl()).gate?.reason).toMatch(/401/);
    await yard.wait(60 * MINUTE_MS);
    expect(waiting).toBeGreaterThanOrEqual(BOUND);
    expect(await countOf('queued')).toBe(waiting);
    expect(await countOf('failed')).toBe(0);
    await yard.standIn.relent();

    const evidence = await atRest();
    expect(await countOf('completed')).toBe(diary.accepted.length);
    expect(runsOfEach(evidence)).toEqual(diary.accepted.map(() => 1));
    expect(check(evidence)).toEqual([]);
    const logs = await Promise.all(yard.members.map(({ name }) => readFile(`${dir}/${name}.log`, 'utf8')));
    expect(logs.join('').match(/"event":"gate_closed"/g)).toHaveLength(1);
  });
});
