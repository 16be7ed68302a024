import { openTestSystem, type TestSystem } from '@trainyard/testing/system';
import { measureDispatchLatency } from './measure-dispatch-latency.ts';
import { formatRow, HEADING } from './quantiles.ts';

/** A wake-up by the tick takes up to 1 s, so a few rounds suffice. */
const ROUNDS = 300;
const ROUNDS_BY_TICK = 12;

/**
 * Compares a dispatcher that events wake with a dispatcher that only its tick wakes. The endpoint responds at once, so the
 * latency consists of the queue (until the next job is claimed) and of the dispatch (until the next training is submitted,
 * including the inspection of its dataset and its version entry).
 */
export async function benchmarkDispatchLatency(print: (line: string) => void): Promise<void> {
  const onEvents = await withSystem(({ open }) =>
    measureDispatchLatency(open, { rounds: ROUNDS, wakeOnEvents: true }),
  );
  const onTick = await withSystem(({ open }) =>
    measureDispatchLatency(open, { rounds: ROUNDS_BY_TICK, wakeOnEvents: false }),
  );
  print(HEADING);
  print(formatRow('slot released → next claimed, by events', onEvents.claimed));
  print(formatRow('slot released → next submitted, by events', onEvents.submitted));
  print(formatRow('slot released → next claimed, by the tick', onTick.claimed));
  print(formatRow('slot released → next submitted, by the tick', onTick.submitted));
  print(`median ratio, tick / events: ${(onTick.claimed.p50 / onEvents.claimed.p50).toFixed(1)}`);
}

async function withSystem<T>(measure: (system: TestSystem) => Promise<T>): Promise<T> {
  const system = await openTestSystem();
  return measure(system).finally(system.close);
}
