import type { Subject, SubjectKind, Training, TrainingEvent } from '@trainyard/domain';
import { startAttempt } from '@trainyard/testing/builders';
import { describe, expect, it } from 'vitest';
import type { TrainingQuery } from '../../../ports/training-store/index.ts';
import { acceptedRun, CANCEL_REQUESTED, observedRun, type StateStoreFixture } from './fixture.ts';

/** Lists, events, aliases and counts. */
export function testReads(on: StateStoreFixture): void {
  describe('list', () => testLists(on));
  describe('listEvents', () => testEvents(on));
  describe('findByAlias', () => testAliases(on));
  describe('getCounts', () => testCounts(on));
}

type Filters = Omit<TrainingQuery, 'limit' | 'cursor'>;

const CHOICES: readonly (readonly Filters[])[] = [
  [{}, { status: ['cancelled'] }, { status: ['queued', 'cancelled', 'queued'] }, { status: ['running'] }],
  [{}, { subject: { kind: 'actor' } }, { subject: { id: 's1' } }, { subject: { kind: 'style', id: 's2' } }],
  [{}, { batchId: 'b1' }],
  [{}, { userId: 'ana' }, { userId: 'ben & co:*' }],
  [{}, { tenantId: 'here' }],
  [{}, { needsAttention: true }, { needsAttention: false }],
];

/** All combinations of filters. */
const COMBINATIONS = CHOICES.reduce<readonly Filters[]>(
  (all, choices) => all.flatMap((filters) => choices.map((more) => ({ ...filters, ...more }))),
  [{}],
);

/** Accepts trainings whose labels differ by number, so that every combination of filters occurs. Newest first. */
async function acceptMany(on: StateStoreFixture, count: number): Promise<readonly Training[]> {
  const trainings: Training[] = [];
  for (let n = 0; n < count; n += 1) {
    const request = {
      subject: { kind: n % 2 === 0 ? 'actor' : 'style', id: `s${n % 4}` },
      userId: n % 3 === 0 ? 'ana' : 'ben & co:*',
      tenantId: n % 5 === 0 ? 'here' : 'there',
      ...(n % 7 === 0 && { batchId: `b${n % 2}` }),
    } as const;
    const events: TrainingEvent[] = [];
    if (n % 4 === 0) events.push({ type: 'attention_raised', at: n, cause: 'poll', reason: 'check' });
    if (n % 3 === 1) events.push({ ...CANCEL_REQUESTED, at: n });
    trainings.unshift(await on.save(await on.accept({ request }), ...events));
  }
  return trainings;
}

function matches(filters: Filters, { status, request, needsAttention }: Training): boolean {
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

async function readPages(on: StateStoreFixture, filters: Filters, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await on.store.list({ ...filters, limit, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return ids;
}

function testLists(on: StateStoreFixture): void {
  it('contains exactly the matching trainings, newest first, for every combination of filters', async () => {
    const trainings = await acceptMany(on, 140);
    expect(COMBINATIONS).toHaveLength(4 * 4 * 2 * 3 * 2 * 3);
    for (const filters of COMBINATIONS) {
      const wanted = trainings.filter((each) => matches(filters, each)).map(({ id }) => id);
      expect(await readPages(on, filters, 11), JSON.stringify(filters)).toEqual(wanted);
    }
    const cancelled = trainings.filter(({ status }) => status === 'cancelled');
    expect(await on.store.count('cancelled')).toBe(cancelled.length);
    expect(await on.store.count('running')).toBe(0);
  });

  it('shows each training once while trainings are added between its pages', async () => {
    const before = await acceptMany(on, 7);
    const first = await on.store.list({ limit: 3 });
    const added = await on.accept();
    const second = await on.store.list({ limit: 3, cursor: first.nextCursor ?? '' });
    const third = await on.store.list({ limit: 3, cursor: second.nextCursor ?? '' });
    const shown = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    expect(shown).toEqual(before.map(({ id }) => id));
    expect(third.nextCursor).toBeUndefined();
    const ids = await on.store.listIds({ limit: 3, cursor: first.nextCursor ?? '' });
    expect(ids).toEqual({ ...second, items: second.items.map(({ id }) => id) });
    expect((await readPages(on, {}, 50))[0]).toBe(added.id);
  });

  it('loads many trainings in the given order and leaves out unknown ids', async () => {
    const [one, two] = [await on.accept(), await on.accept()];
    expect(await on.store.loadAll([two.id, 'unknown', one.id])).toEqual([two, one]);
  });

  it('finds the actors with an unfinished training', async () => {
    await on.accept({ subjectId: 'busy' });
    await on.save(await on.accept({ subjectId: 'idle' }), CANCEL_REQUESTED);
    expect(await on.store.findBusyActors(['busy', 'idle', 'unknown'])).toEqual(new Set(['busy']));
  });

  it('finds an actor by every spelling of its number, and a style by its text only', async () => {
    const accept = (kind: SubjectKind, id: string) => on.accept({ request: { subject: { kind, id } } });
    const actor = await accept('actor', '77');
    const styles = { short: await accept('style', '77'), long: await accept('style', '0077') };
    const other = await accept('actor', '00077');
    expect(actor.request.subject).toEqual({ kind: 'actor', id: '0077' });
    const list = async (subject: Partial<Subject>) =>
      new Set((await on.store.list({ subject, limit: 9 })).items.map(({ id }) => id));
    for (const id of ['77', '077', '0077']) {
      expect(await on.store.listUnfinished({ kind: 'actor', id })).toEqual([actor.id]);
      expect(await list({ kind: 'actor', id })).toEqual(new Set([actor.id]));
      expect(await on.store.findBusyActors([id])).toEqual(new Set([id]));
    }
    expect(await list({ id: '77' })).toEqual(new Set([actor.id, styles.short.id]));
    expect(await list({ id: '0077' })).toEqual(new Set([actor.id, styles.long.id]));
    expect(await list({ id: '00077' })).toEqual(new Set([other.id]));
  });
}

/** A training whose first run was accepted under this run id. */
async function submit(on: StateStoreFixture, runId: string, requestId?: string): Promise<Training> {
  const queued = await on.accept(requestId === undefined ? {} : { requestId });
  return on.save(queued, startAttempt(queued, 'token').event, acceptedRun(runId));
}

function testEvents(on: StateStoreFixture): void {
  const listTypes = async ({ id }: Training) => (await on.store.listEvents(id)).map(({ type }) => type);

  it('keeps only the last of consecutive progress events', async () => {
    const polls = Array.from({ length: 50 }, (_, at) => observedRun('run-polled', 10 + at));
    const training = await on.save(await submit(on, 'run-polled'), ...polls);
    const events = await on.store.listEvents(training.id);
    expect(events.map(({ type }) => type)).toEqual([
      'accepted',
      'submission_started',
      'submission_accepted',
      'run_observed',
      'run_observed',
    ]);
    expect(events.at(-2)).toMatchObject({ from: 'submitted', to: 'running', at: 10 });
    expect(events.at(-1)).toMatchObject({ from: 'running', to: 'running', at: 59, seq: training.rev });
    expect(await on.store.listEvents(training.id, events.at(-2)?.seq)).toEqual(events.slice(-1));
    expect(await on.load(training.id)).toEqual(training);
  });

  it('adds a further progress event after an event of a different type', async () => {
    const marked: TrainingEvent = { type: 'attention_raised', at: 12, cause: 'poll', reason: 'slow' };
    const polls = [10, 11].map((at) => observedRun('run-marked', at));
    const training = await on.save(
      await submit(on, 'run-marked'),
      ...polls,
      marked,
      observedRun('run-marked', 13),
    );
    expect((await listTypes(training)).slice(3)).toEqual([
      'run_observed',
      'run_observed',
      'attention_raised',
      'run_observed',
    ]);
  });

  it('keeps the first event and the newest 499', async () => {
    const changes = Array.from(
      { length: 600 },
      (_, at) => ({ type: 'priority_changed', at, cause: 'api', priority: 1 + at }) as const,
    );
    const training = await on.save(await on.accept(), ...changes);
    const events = await on.store.listEvents(training.id);
    expect(events).toHaveLength(500);
    expect(events[0]).toMatchObject({ seq: 1, type: 'accepted' });
    expect(events.at(-1)).toMatchObject({ seq: 601, detail: { priority: 600 } });
  });
}

function testAliases(on: StateStoreFixture): void {
  it('finds a training by its request id and by its job id', async () => {
    const training = await on.accept({ requestId: '0019_123' });
    expect(await on.store.findByAlias('0019_123')).toBe(training.id);
    expect(await on.store.findByAlias(training.request.jobId)).toBe(training.id);
    expect(await on.store.findByAlias('unknown')).toBeUndefined();
  });

  it('leaves an alias with the first training that had it', async () => {
    const first = await submit(on, 'run-1', 'the-same');
    const second = await submit(on, 'run-2', 'the-same');
    await on.save(second, observedRun('run-2', 10), observedRun('run-2', 11));
    expect(await on.store.findByAlias('the-same')).toBe(first.id);
    expect(await on.store.findByAlias('run-2')).toBe(second.id);
  });

  it('moves the request id to a retry', async () => {
    const first = await on.accept({ requestId: 'wanted' });
    const retry = await on.accept({ requestId: 'wanted', request: { retryOf: first.id } });
    expect(await on.store.findByAlias('wanted')).toBe(retry.id);
  });

  it('finds the run before a request id of the same text', async () => {
    const foreign = await on.accept({ requestId: 'run-3' });
    expect(await on.store.findByAlias('run-3')).toBe(foreign.id);
    const { id } = await submit(on, 'run-3');
    expect(await on.store.findByAlias('run-3')).toBe(id);
  });
}

function testCounts(on: StateStoreFixture): void {
  it('counts statuses, used slots, trainings that need attention and pending backups', async () => {
    await on.startNew();
    await on.save(await on.accept(), { type: 'attention_raised', at: 9, cause: 'poll', reason: 'check' });
    const { byStatus, ...others } = await on.store.getCounts();
    expect(byStatus).toMatchObject({ queued: 1, submitting: 1, completed: 0 });
    expect(others).toEqual({ slotsUsed: 1, needsAttention: 1, pendingBackups: 2 });
  });
}
