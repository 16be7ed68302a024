import type { TrainingQuery } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import { applyEvent, buildTraining } from '@trainyard/testing/builders';
import { openTestBackend, startTestRedis, type TestRedis } from '@trainyard/testing/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisBackend } from '../src/index.ts';

let redis: TestRedis;
let on: RedisBackend;
const trainings: Training[] = [];

/** Every third of these, every fifth of those: all combinations occur, and some answers are empty. */
function nth(n: number): ReturnType<typeof buildTraining> {
  const request = {
    subject: { kind: n % 2 === 0 ? 'actor' : 'style', id: `s${n % 4}` },
    userId: n % 3 === 0 ? 'ana' : 'ben & co:*',
    tenantId: n % 5 === 0 ? 'here' : 'there',
    ...(n % 7 === 0 && { batchId: `b${n % 2}` }),
  } as const;
  return buildTraining({ request });
}

async function save(before: Training, event: Parameters<typeof applyEvent>[1]): Promise<Training> {
  const next = applyEvent(before, event);
  expect(await on.store.save(next.training, next.event, before)).toBe('saved');
  return next.training;
}

beforeAll(async () => {
  redis = await startTestRedis();
  on = await openTestBackend(redis);
  for (let n = 0; n < 140; n += 1) {
    const queued = nth(n);
    await on.store.accept(queued, { exclusive: false });
    const marked =
      n % 4 === 0
        ? await save(queued, { type: 'attention_raised', at: n, cause: 'poll', reason: 'look' })
        : queued;
    trainings.unshift(
      n % 3 === 1 ? await save(marked, { type: 'cancel_requested', at: n, cause: 'api', by: 'ana' }) : marked,
    );
  }
});
afterAll(async () => {
  await on.close();
  await redis.close();
});

type Filters = Omit<TrainingQuery, 'limit' | 'cursor'>;

function holds(filters: Filters, { status, request, needsAttention }: Training): boolean {
  return (
    (filters.status?.includes(status) ?? true) &&
    (filters.subject?.kind ?? request.subject.kind) === request.subject.kind &&
    (filters.subject?.id ?? request.subject.id) === request.subject.id &&
    (filters.batchId === undefined || filters.batchId === request.batchId) &&
    (filters.userId ?? request.userId) === request.userId &&
    (filters.tenantId ?? request.tenantId) === request.tenantId &&
    (filters.needsAttention ?? needsAttention !== undefined) === (needsAttention !== undefined)
  );
}

async function walk(filters: Filters, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await on.store.list({ ...filters, limit, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return ids;
}

const CHOICES: readonly (readonly Filters[])[] = [
  [{}, { status: ['cancelled'] }, { status: ['queued', 'cancelled', 'queued'] }, { status: ['running'] }],
  [{}, { subject: { kind: 'actor' } }, { subject: { id: 's1' } }, { subject: { kind: 'style', id: 's2' } }],
  [{}, { batchId: 'b1' }],
  [{}, { userId: 'ana' }, { userId: 'ben & co:*' }],
  [{}, { tenantId: 'here' }],
  [{}, { needsAttention: true }, { needsAttention: false }],
];

const combinations = CHOICES.reduce<readonly Filters[]>(
  (all, choices) => all.flatMap((filters) => choices.map((more) => ({ ...filters, ...more }))),
  [{}],
);

describe('a list of trainings', () => {
  it('holds, for every combination of filters, exactly what they let through, newest first', async () => {
    expect(combinations).toHaveLength(4 * 4 * 2 * 3 * 2 * 3);
    for (const filters of combinations) {
      const wanted = trainings.filter((each) => holds(filters, each)).map(({ id }) => id);
      expect(await walk(filters, 11), JSON.stringify(filters)).toEqual(wanted);
    }
  });

  it('shows nothing twice and leaves nothing out while new trainings come in', async () => {
    const first = await on.store.list({ userId: 'ana', limit: 5 });
    const added = [nth(0), nth(3)];
    for (const each of added) await on.store.accept(each, { exclusive: false });
    const second = await on.store.list({ userId: 'ana', limit: 500, cursor: first.nextCursor! });
    const shown = [...first.items, ...second.items].map(({ id }) => id);
    const wanted = trainings.filter((each) => holds({ userId: 'ana' }, each)).map(({ id }) => id);
    expect(shown).toEqual(wanted);
    expect((await walk({ userId: 'ana' }, 50)).slice(0, 2)).toEqual(added.map(({ id }) => id).reverse());
  });

  it('is counted by status', async () => {
    const cancelled = trainings.filter(({ status }) => status === 'cancelled');
    expect(await on.store.count('cancelled')).toBe(cancelled.length);
    expect(await on.store.count('running')).toBe(0);
  });
});
