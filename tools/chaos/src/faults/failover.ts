import { setTimeout as sleep } from 'node:timers/promises';
import type { TestSentinelGroup } from '@trainyard/testing/redis';
import { type InjectionContext, type Injector, waitFaultDuration, waitFor } from '../injection/context.ts';
import { BEFORE_SLOT_ACQUIRED, waitUntilStopped } from '../injection/fault-points.ts';
import { submitTraining, uploadImages } from '../injection/submit-training.ts';

const FAILOVER_LOCK = 'a failover';

/**
 * Runs one failover at a time and restores the group afterwards: the loss of a second server during a failover is outside
 * of the promise. Finds no target without a Sentinel group.
 */
function inTurn(
  failOver: (
    context: InjectionContext,
    group: TestSentinelGroup,
  ) => Promise<{ readonly at: number } | undefined>,
): Injector {
  return async (context) => {
    const { stateStore } = context.cluster;
    const { targeted } = context.eventLog;
    if (stateStore.kind !== 'sentinel') return undefined;
    await waitFor(context, async () => (targeted.has(FAILOVER_LOCK) ? undefined : true));
    if (context.signal.aborted) return undefined;
    targeted.add(FAILOVER_LOCK);
    try {
      const result = await failOver(context, stateStore.group);
      await stateStore.group.restore();
      return result;
    } finally {
      targeted.delete(FAILOVER_LOCK);
    }
  };
}

/** Kills the master; Sentinel promotes a replica. */
export const killMaster = inTurn(async (_, group) => {
  const at = Date.now();
  await group.waitForFailover(await group.killMaster());
  return { at };
});

/** Freezes the master until a replica is promoted, and for the duration of the fault; its clients stay attached. */
export const freezeMaster = inTurn(async (context, group) => {
  const at = Date.now();
  const old = await group.freezeMaster();
  await group.waitForFailover(old);
  await waitFaultDuration(context);
  group.thaw(old);
  return { at };
});

/** The time for which the master takes writes that no replica has. Below the 1 s after which it refuses them. Real ms. */
const CUT_MS = 400;

/** Cuts the replication, calls `act`, and kills the master, so that only the old master has the writes of `act`. */
async function killAfterCut(group: TestSentinelGroup, act: () => void): Promise<void> {
  const port = await group.cutReplication();
  act();
  await sleep(CUT_MS);
  await group.waitForFailover(await group.killMaster(port));
}

/** Requests a training that only the old master accepts; the request is repeated until it is answered. */
export const loseAcceptance = inTurn(async ({ cluster, eventLog, injection }, group) => {
  const at = Date.now();
  const images = await uploadImages(cluster);
  const subject = { kind: 'actor', subjectId: 'subject-cut', steps: 100, priority: 1 } as const;
  const request = {
    key: `cut-${injection.atMs}-${injection.pick}`,
    training: { atMs: 0, ...subject },
    images,
  };
  let answered: Promise<void> = Promise.resolve();
  await killAfterCut(group, () => {
    answered = submitTraining(cluster, eventLog, request);
    // Awaited below; a refusal by the API ends the seed there.
    answered.catch(() => undefined);
  });
  await group.restore();
  await answered;
  return { at };
});

/** Lets a dispatcher save the start of an attempt that only the old master has. */
export const loseStart = inTurn(async (context, group) => {
  const stopped = await waitUntilStopped(context, 'dispatcher', BEFORE_SLOT_ACQUIRED);
  if (stopped.length === 0) return undefined;
  const at = Date.now();
  await killAfterCut(group, () => {
    for (const each of stopped) each.thaw();
  });
  return { at };
});
