import { openTestBackend, startTestSentinelGroup } from '@trainyard/testing/redis';
import { it, onTestFinished } from 'vitest';
import { FAILOVERS, failOverUnderLoad } from './failover.ts';

/** Longer than each lease, so that the clients of the old master have given it up before it resumes. */
const FROZEN_MS = 20_000;

it('loses no acknowledged training when the old master is frozen for 20 s and resumes with its clients attached', {
  timeout: 120_000,
}, async () => {
  const group = await startTestSentinelGroup();
  onTestFinished(() => group.close());
  const backend = await openTestBackend(group);
  onTestFinished(() => backend.close());
  await failOverUnderLoad(group, backend, (each) => FAILOVERS.frozen(each, FROZEN_MS));
  await failOverUnderLoad(group, backend, FAILOVERS.killed_after_cut);
  await failOverUnderLoad(group, backend, (each) => FAILOVERS.frozen(each, 0));
});
