import { rm } from 'node:fs/promises';
import { isTerminal } from '@trainyard/domain';
import { check } from './check/check.ts';
import type { Violation } from './check/violation.ts';
import { inject } from './faults/inject.ts';
import type { Schedule } from './plan/schedule.ts';
import type { PlannedTraining } from './plan/workload.ts';
import { collect } from './record/collect.ts';
import { type Diary, openDiary } from './record/diary.ts';
import type { Evidence } from './record/evidence.ts';
import { attend } from './yard/operator.ts';
import { FAIR } from './yard/weather.ts';
import { openYard, type Yard } from './yard/yard.ts';

/** What became of a seed. */
export interface SeedResult {
  readonly schedule: Schedule;
  readonly evidence: Evidence;
  readonly violations: readonly Violation[];
  /** Where logs and history are. */
  readonly dir: string;
  readonly tookMs: number;
}

export interface SeedPlan {
  readonly schedule: Schedule;
  readonly dir: string;
  readonly timeFactor: number;
}

const BOUND = 2;
const IMAGES = 4;
const SETTLE_EVERY_MS = 24_000;
/** After this span of life even a run that nobody remembers is given up. */
const SETTLE_WITHIN_MS = 150 * 60_000;
/** What is not scaled (locks, sweeps) has its own time. */
const SETTLE_WITHIN_REAL_MS = 30_000;
const SHORTEST_SCHEDULE_MS = 26 * 60_000;

const fillStore = async ({ deps }: Yard): Promise<readonly string[]> => {
  const keys = Array.from({ length: IMAGES }, (_, n) => `images/${n}.png`);
  for (const key of keys) {
    await deps.objects.put(key, new Uint8Array(4_000));
    await deps.objects.put(key.replace('.png', '.txt'), 'a photo');
  }
  return keys.map((key) => deps.objects.uriOf(key));
};

const ask = async (yard: Yard, diary: Diary, order: { readonly key: string; readonly body: unknown }) => {
  const { key, body } = order;
  const headers = { 'idempotency-key': key };
  const answer = await yard.api.insist({ method: 'POST', path: '/api/trainings', body, headers });
  if (answer.status !== 202) throw new Error(`a training was refused: ${JSON.stringify(answer)}`);
  diary.accepted.push({ trainingId: String(answer.body['id']), answeredAt: Date.now() });
};

const bodyOf = (training: PlannedTraining, images: readonly string[]) => ({
  kind: training.kind,
  subject_id: training.subjectId,
  priority: training.priority,
  images,
  hyperparameters: { max_train_steps: training.steps },
  force: true,
});

/** When the last fault is mended, however long it would go on. */
const scheduleMs = ({ injections }: Schedule): number =>
  Math.max(
    SHORTEST_SCHEDULE_MS,
    ...injections
      .filter(({ kind }) => kind === 'result_past_retention')
      .map(({ atMs, forMs }) => atMs + forMs),
  );

const play = async (yard: Yard, diary: Diary, schedule: Schedule): Promise<void> => {
  const images = await fillStore(yard);
  const end = new AbortController();
  const over = end.signal;
  const asked = schedule.trainings.map(async (training, n) => {
    await yard.wait(training.atMs);
    await ask(yard, diary, { key: `${schedule.seed}-${n}`, body: bodyOf(training, images) });
  });
  const injected = schedule.injections.map(async (injection) => {
    await yard.wait(injection.atMs);
    await inject({ yard, diary, injection, over });
  });
  const ending = yard.wait(scheduleMs(schedule)).then(() => end.abort());
  await Promise.all([...asked, ...injected, ending]);
};

/** Everything works again, in new processes. What the stand-in still has to do wrong comes to its end by itself. */
const mend = async ({ redis, members }: Yard): Promise<void> => {
  redis.thaw();
  await redis.revive();
  await Promise.all(
    members.map(async (member) => {
      member.see(FAIR);
      await member.kill();
      member.revive();
    }),
  );
};

const isSettled = async ({ deps, unfinishedJobs }: Yard, diary: Diary): Promise<boolean> => {
  for (const { trainingId } of diary.accepted) {
    const training = await deps.store.load(trainingId);
    if (training && !(isTerminal(training) && training.recorded)) return false;
  }
  const jobs = Object.values(await unfinishedJobs());
  return (await deps.store.ledger()).length === 0 && jobs.every((count) => count === 0);
};

const settle = async (yard: Yard, diary: Diary): Promise<boolean> => {
  const until = Date.now() + yard.deps.clock.realMs(SETTLE_WITHIN_MS) + SETTLE_WITHIN_REAL_MS;
  while (Date.now() < until) {
    if (await isSettled(yard, diary).catch(() => false)) return true;
    await attend(
      yard,
      diary.accepted.map(({ trainingId }) => trainingId),
    );
    await yard.wait(SETTLE_EVERY_MS);
  }
  return false;
};

/** Plays one seed from its first request to rest, and judges it. Its folder stays only when something was wrong. */
export const runSeed = async ({ schedule, dir, timeFactor }: SeedPlan): Promise<SeedResult> => {
  const startedAt = performance.now();
  const diary = openDiary(BOUND);
  const yard = await openYard({ dir, timeFactor, bound: BOUND });
  try {
    await play(yard, diary, schedule);
    await mend(yard);
    const evidence = await collect(yard, diary, await settle(yard, diary));
    const violations = check(evidence);
    return { schedule, evidence, violations, dir, tookMs: performance.now() - startedAt };
  } finally {
    await yard.close();
  }
};

export const forgetSeed = ({ dir }: Pick<SeedResult, 'dir'>): Promise<void> =>
  rm(dir, { recursive: true, force: true, maxRetries: 3 });
