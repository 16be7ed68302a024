import type { ClaimedJob, Clock } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { createDispatchLatency } from './dispatcher.ts';

describe('the dispatch latency', () => {
  it('is measured from the first wake-up before a run to its first claim, in real seconds', async () => {
    let now = 0;
    const seconds: number[] = [];
    const clock = { monotonic: () => now, realMs: (ms: number) => ms / 10 } as Clock;
    const latency = createDispatchLatency(clock, { observe: (observed) => seconds.push(observed) });
    const jobs: (ClaimedJob | undefined)[] = [];
    const consumer = latency.measure({ claim: async () => jobs.shift() });
    const job = { trainingId: 't', lockToken: 'j' };

    latency.markWoken();
    now = 100;
    latency.markWoken();
    latency.startRun();
    latency.markWoken();
    now = 500;
    jobs.push(job, job, undefined, job);
    await consumer.claim();
    now = 900;
    await consumer.claim();
    await consumer.claim();
    latency.startRun();
    await consumer.claim();
    latency.startRun();
    jobs.push(job);
    await consumer.claim();
    expect(seconds).toEqual([0.05, 0.08]);
  });
});
