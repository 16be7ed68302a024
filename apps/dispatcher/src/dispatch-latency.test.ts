import type { ClaimedJob, Clock } from '@trainyard/application';
import { expect, it } from 'vitest';
import { createDispatchLatency } from './dispatch-latency.ts';

it('only the first training of a look is measured, from the first word before it, in real seconds', async () => {
  let now = 0;
  const told: number[] = [];
  const clock = { monotonic: () => now, realMs: (ms: number) => ms / 10 } as Clock;
  const turnaround = createDispatchLatency(clock, (seconds) => told.push(seconds));
  const gifts: (ClaimedJob | undefined)[] = [];
  const line = turnaround.measure({ claim: async () => gifts.shift() });
  const taken = { trainingId: 't', lockToken: 'j' };

  turnaround.markWoken();
  now = 100;
  turnaround.markWoken();
  turnaround.startRun();
  turnaround.markWoken();
  now = 500;
  gifts.push(taken, taken, undefined, taken);
  await line.claim();
  now = 900;
  await line.claim();
  await line.claim();
  turnaround.startRun();
  await line.claim();
  turnaround.startRun();
  gifts.push(taken);
  await line.claim();
  expect(told).toEqual([0.05, 0.08]);
});
