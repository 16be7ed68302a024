import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from './event.ts';
import { createHistory, readHistory } from './history.ts';

const events: readonly HistoryEvent[] = [
  { at: 0, event: 'accepted', job_id: 'a', training_id: 't1', attempt: 1 },
  { at: 10, event: 'started', job_id: 'a' },
  { at: 20, event: 'accepted', job_id: 'b', training_id: 't2', attempt: 1 },
  { at: 40, event: 'ended', job_id: 'a', status: 'COMPLETED' },
  { at: 50, event: 'ended', job_id: 'a', status: 'COMPLETED' },
  { at: 60, event: 'accepted', job_id: 'c', training_id: 't2', attempt: 1 },
  { at: 80, event: 'removed', job_id: 'b' },
  { at: 90, event: 'cancel_requested', job_id: 'c' },
];

function createFullHistory(file?: string) {
  const history = createHistory(file);
  for (const event of events) history.record(event);
  return history;
}

describe('the simulator’s history', () => {
  it('counts jobs as live from acceptance to end', () => {
    const history = createFullHistory();
    expect(history.timeline()).toEqual([
      { at: 0, live: 1 },
      { at: 20, live: 2 },
      { at: 40, live: 1 },
      { at: 60, live: 2 },
      { at: 80, live: 1 },
    ]);
    expect(history.live()).toBe(1);
    expect(history.maxLive()).toBe(2);
    expect(history.maxLive({ from: 41, to: 59 })).toBe(1);
  });

  it('weights the mean of live jobs by the lengths of the intervals', () => {
    const history = createFullHistory();
    expect(history.meanLive([{ from: 0, to: 40 }])).toBe(1.5);
    expect(
      history.meanLive([
        { from: 0, to: 20 },
        { from: 20, to: 40 },
      ]),
    ).toBe(1.5);
    expect(history.meanLive([{ from: 70, to: 90 }])).toBe(1.5);
    expect(history.meanLive([])).toBe(0);
  });

  it('finds an attempt that was accepted twice', () => {
    const doubles = createFullHistory().doubleAcceptances();
    expect(doubles.map((group) => group.map(({ job_id }) => job_id))).toEqual([['b', 'c']]);
  });

  it('returns a record per job', () => {
    expect(createFullHistory().jobs()).toMatchObject([
      { job_id: 'a', accepted_at: 0, started_at: 10, end_status: 'COMPLETED' },
      { job_id: 'b', end_status: 'REMOVED', ended_at: 80 },
      { job_id: 'c', cancel_requested_at: 90 },
    ]);
  });

  it('is readable from its file without an incomplete last line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    try {
      const file = join(folder, 'history.jsonl');
      const history = createFullHistory(file);
      appendFileSync(file, '{"at":99,"ev');
      expect(readHistory(file).events()).toEqual(history.events());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
