import type { DispatchView } from '@trainyard/contracts';
import { describe, expect, it } from 'vitest';
import { formatTime } from '../parts/words/format.ts';
import { type BannerFacts, chooseBanner } from './choose-banner.ts';

const NOW = Date.parse('2026-11-28T14:30:00');
const OPEN: DispatchView = {
  ...{ max_concurrency: 2, paused: false, reason: null, gate: null, budget: null },
  ...{ redis: null, object_store: null, alarms: [] },
};
const at = (hour: number) => new Date(2026, 10, 28, hour, 10).toISOString();
const run = { training_id: 't', kind: 'actor', subject_id: '0019', version_name: 'V7' } as const;
const tunnelDown = { mode: 'polling', state: 'failed', reason: null, active_runs: [run, run] } as const;

/** Each fault with those below it, highest rank first. */
const RANKS: readonly (readonly [string, Partial<BannerFacts>, Partial<DispatchView>])[] = [
  ['This browser is offline. What is shown may be outdated; nothing is sent.', { isOffline: true }, {}],
  [
    'Trainyard gives no data: The server did not answer. Trainings go on without it.',
    { apiFault: 'The server did not answer.' },
    {},
  ],
  [
    'Redis lost data; an operator must run `trainyard recover`.',
    {},
    { alarms: [{ code: 'recover_required', since: at(13), detail: {} }] },
  ],
  [
    `Dispatch stopped at ${formatTime(at(14), NOW)}: RunPod refused the key`,
    {},
    { gate: { reason: 'RunPod refused the key', since: at(14) } },
  ],
  [
    `The month's budget of $40 is used up; continues ${formatTime(at(18), NOW)}`,
    {},
    { budget: { reason: "the month's budget of $40 is used up", opens_at: at(18) } },
  ],
  ['The tunnel is down. The results of 2 runs are found by polling.', { callback: tunnelDown }, {}],
  ['Queue paused: holiday', {}, { paused: true, reason: 'holiday' }],
];

describe('the banner', () => {
  it.each(RANKS.map(([text], rank) => [text, rank] as const))(
    'is «%s» while no fault of a higher rank is present',
    (text, rank) => {
      const faults = RANKS.slice(rank);
      const dispatch = Object.assign({}, OPEN, ...faults.map(([, , change]) => change));
      const facts = Object.assign({ isOffline: false, now: NOW }, ...faults.map(([, change]) => change));
      expect(chooseBanner({ ...facts, dispatch })?.text).toBe(text);
    },
  );

  it('is absent while nothing is wrong, and for a stopped tunnel without live runs', () => {
    const callback = { ...tunnelDown, active_runs: [] };
    expect(chooseBanner({ isOffline: false, now: NOW, dispatch: OPEN, callback })).toBeUndefined();
    expect(chooseBanner({ isOffline: false, now: NOW })).toBeUndefined();
  });
});
