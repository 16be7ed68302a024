import type { BudgetsView, DispatchView, SlotsView, TrainingView } from '@trainyard/contracts';
import { describe, expect, it } from 'vitest';
import { toSparklinePath } from '../../parts/graphics/sparkline.tsx';
import { moveTraining } from './data/requests.ts';
import { findLastEnd, writeHeadline } from './headline.ts';
import { type AttentionFacts, listAttentionItems } from './notices/attention-items.ts';
import { getLoweredPriority, getRaisedPriority, listQueueRows } from './queue/queue-rows.ts';
import { assignBoxes, assignPlaces } from './slots/slot-boxes.ts';

const now = new Date('2026-11-28T14:00:00').getTime();
const at = (time: string) => new Date(`2026-11-28T${time}:00`).toISOString();

function createSlots(changes: object = {}): SlotsView {
  return {
    ...{ max_concurrency: 2, paused: false, reason: null, gate: null, budget: null, in_use: [] },
    ...{ in_use_count: 0, waiting_count: 0, next: [], ...changes },
  };
}
const next = (id: string, start: string | null, more: object = {}) => ({
  ...{ training_id: id, kind: 'actor', subject_id: id, status: 'queued', priority: 10, version_name: null },
  ...{ source: 'person', image_count: 23, steps: 2_000, expected_seconds: 3_600, expected_usd: 2 },
  ...{
    waiting: { code: 'slot', position: 1, until: null, text: 'next in the queue' },
    estimated_start: start,
  },
  ...more,
});
const live = (end: string | null) => ({ status: 'running' as const, estimated_end: end });

describe('the headline', () => {
  it('names the live and queued trainings and the end of the last one', () => {
    const slots = createSlots({ in_use_count: 2, waiting_count: 1, next: [next('a', at('15:40'))] });
    expect(writeHeadline({ slots, live: [live(at('15:40')), live(at('16:05'))], heldCount: 0 }, now)).toEqual(
      {
        main: 'Two training, one queued',
        rest: 'the last one ends about 16:40',
      },
    );
    expect(writeHeadline({ slots: createSlots(), live: [], heldCount: 0 }, now)).toEqual({
      main: 'Nothing is training, the queue is empty',
      rest: '',
    });
  });

  it('gives no end while one is unknown, and the stop of the queue instead', () => {
    const slots = createSlots({ in_use_count: 1, waiting_count: 1, next: [next('a', null)] });
    const one = [live(at('15:40'))];
    expect(findLastEnd({ slots, live: one, heldCount: 0 })).toBeUndefined();
    const long = createSlots({ waiting_count: 30 });
    expect(findLastEnd({ slots: long, live: one, heldCount: 0 })).toBeUndefined();
    expect(findLastEnd({ slots: long, live: one, heldCount: 30 })).toBe(Date.parse(at('15:40')));
    const write = (more: object) =>
      writeHeadline({ slots: { ...slots, ...more }, live: [], heldCount: 0 }, now).rest;
    expect(write({ paused: true })).toBe('the queue is paused');
    const budget = { reason: 'used up', opens_at: at('23:00') };
    expect(write({ budget })).toBe('a budget is used up until 23:00');
  });
});

const training = (id: string, changes: object = {}) =>
  ({
    ...{ id, status: 'queued', kind: 'actor', subject_id: id, version_name: null, priority: 10 },
    ...{ accepted_at: at('10:00'), changed_at: at('10:00'), ended_at: null, needs_attention: null },
    ...{ waiting: null, source: 'person', image_count: 1, expected_usd: null, ...changes },
  }) as unknown as TrainingView;

describe('what needs the person', () => {
  const facts: AttentionFacts = {
    ...{ dispatch: undefined, budgets: undefined, flagged: [], ended: [] },
    ...{ lastVisit: Date.parse(at('09:00')), now },
  };

  it('is listed newest first: actions, failures since the last visit, gate, faults and alarms', () => {
    const dispatch = {
      gate: { reason: 'RunPod refused the key', since: at('12:00') },
      object_store: { reason: 'AccessDenied', since: at('11:00') },
      redis: null,
      alarms: [{ code: 'recover_required', since: at('13:00'), detail: {} }],
    } as unknown as DispatchView;
    const items = listAttentionItems({
      ...{ ...facts, dispatch },
      flagged: [training('a', { needs_attention: { reason: 'x', since: at('12:30') } })],
      ended: [
        training('new', { status: 'failed', ended_at: at('10:00') }),
        training('old', { status: 'failed', ended_at: at('08:00') }),
        training('good', { status: 'completed', ended_at: at('10:30') }),
      ],
    });
    expect(items.map((each) => ('training' in each ? each.training.id : each.title))).toEqual([
      ...['Redis lost data', 'a', 'Dispatch stopped at 12:00', 'The object store refuses requests', 'new'],
    ]);
  });

  it('includes a budget from 80 % on', () => {
    const account = (spent: number) => ({ period: 'p', budget_usd: 100, spent_usd: spent });
    const titles = (day: number, month: number) => {
      const budgets = { day: account(day), month: account(month) } as unknown as BudgetsView;
      return listAttentionItems({ ...facts, budgets }).map((each) => 'title' in each && each.title);
    };
    expect(titles(10, 79.9)).toEqual([]);
    expect(titles(82, 100)).toEqual([
      'The budget of this day is used to 82 %',
      'The budget of this month is used up',
    ]);
  });
});

describe('the boxes of the slots', () => {
  const inUse = (...ids: string[]) => ids.map((id) => ({ training_id: id }));
  const run = (id: string, status = 'running') => training(id, { status });
  const count = (slots: SlotsView, live: readonly TrainingView[]) => {
    const { cards, startingCount, freeCount, finishing } = assignBoxes(slots, live);
    return [cards.map(({ id }) => id), startingCount, freeCount, finishing.map(({ id }) => id)];
  };

  it('stay as many as slots while trainings start, end and are verified', () => {
    const used = createSlots({ in_use: inUse('a', 'b'), in_use_count: 2 });
    expect(count(used, [run('b'), run('a')])).toEqual([['a', 'b'], 0, 0, []]);
    expect(count(used, [run('a')])).toEqual([['a'], 1, 0, []]);
    expect(count(used, [run('a'), run('b'), run('end', 'finalizing')])).toEqual([['a', 'b'], 0, 0, ['end']]);
    const half = createSlots({ in_use: inUse('a'), in_use_count: 1 });
    expect(count(half, [run('end', 'finalizing'), run('a')])).toEqual([['a', 'end'], 0, 0, []]);
    expect(count(half, [run('a')])).toEqual([['a'], 0, 1, []]);
    expect(count(createSlots(), [])).toEqual([[], 0, 2, []]);
  });
});

describe('the place of a card', () => {
  it('stays until its training ends, and a new one takes the first free place', () => {
    const first = assignPlaces(new Map(), ['a', 'b']);
    const second = assignPlaces(first, ['b', 'c']);
    expect([...first, ...second]).toEqual([
      ['a', 0],
      ['b', 1],
      ['b', 1],
      ['c', 0],
    ]);
  });
});

describe('the rows of the queue', () => {
  const head = [next('a', at('15:00')), next('b', at('16:00'))];

  it('are its head in order, then the held and delayed trainings by priority', () => {
    const slots = createSlots({ next: head });
    const queued = [training('held', { priority: 100 }), training('b'), training('later', { priority: 5 })];
    expect(listQueueRows(slots, queued).map(({ id }) => id)).toEqual(['a', 'b', 'later', 'held']);
  });

  it('move by one place where a priority allows it', () => {
    const rows = listQueueRows(createSlots({ next: [...head, next('c', null, { priority: 100 })] }), []);
    expect([0, 1, 2].map((index) => getRaisedPriority(rows, index))).toEqual([undefined, 9, 9]);
    expect([0, 1, 2].map((index) => getLoweredPriority(rows, index))).toEqual([11, 101, undefined]);
    const first = rows.map((row) => ({ ...row, priority: 1 }));
    expect(getRaisedPriority(first, 1)).toBeUndefined();
  });
});

describe('a moved training', () => {
  it('takes its place by priority at once, and equal priorities keep their order', () => {
    const slots = createSlots({
      next: [next('a', null), next('b', null), next('c', null, { priority: 100 })],
    });
    const order = (id: string, priority: number) =>
      moveTraining(slots, id, priority).next.map(({ training_id }) => training_id);
    expect([order('c', 9), order('a', 11), order('b', 10)]).toEqual([
      ...[
        ['c', 'a', 'b'],
        ['b', 'a', 'c'],
        ['a', 'b', 'c'],
      ],
    ]);
  });
});

describe('the line of a loss', () => {
  it('spans its box, leaves out missing values, and needs two points', () => {
    expect(
      toSparklinePath([
        [0, 1],
        [50, null],
        [100, 0],
      ]),
    ).toBe('M2.0 2.0 L94.0 22.0');
    expect([
      toSparklinePath([]),
      toSparklinePath([[1, 0.5]]),
      toSparklinePath([
        [1, 0.5],
        [2, 0.5],
      ]),
    ]).toEqual([...['', '', 'M2.0 2.0 L94.0 2.0']]);
  });
});
