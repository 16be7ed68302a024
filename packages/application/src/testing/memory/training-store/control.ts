import { InvalidConcurrencyLimitError } from '@trainyard/domain';
import type {
  ControlStore,
  DispatchControl,
  Gate,
  StreakAddition,
  StreakChange,
} from '../../../ports/training-store/index.ts';
import type { MemoryControl, MemoryData, MemoryStreak } from './data.ts';
import type { MemoryContext } from './writes.ts';

/** Creates dispatch control and alarms. */
export function createMemoryControl({ state, now, onChange }: MemoryContext): ControlStore {
  return {
    getControl: async () => readControl(state.data.control),
    getReplicatedControl: async () => readControl(state.data.control),
    setControl: async (change) => {
      const { maxConcurrency, gate } = change;
      if (maxConcurrency !== undefined && !(Number.isSafeInteger(maxConcurrency) && maxConcurrency >= 1))
        throw new InvalidConcurrencyLimitError(maxConcurrency);
      const { control } = state.data;
      if (maxConcurrency !== undefined) control.maxConcurrency = maxConcurrency;
      if (change.paused !== undefined) control.paused = change.paused;
      if (change.paused === false) control.reason = undefined;
      if (change.reason !== undefined) control.reason = change.reason;
      const isExpected = change.gateSince === undefined || control.gate?.since === change.gateSince;
      if (gate === null && isExpected) openGate(state.data, now());
      if (gate) closeGate(state.data, gate);
      if (change.endStreaks) control.streaks.clear();
      const { failedRuns } = change;
      if (failedRuns !== undefined) setFailedRuns(control, failedRuns);
      if (change.probeRun && control.gate && isExpected)
        control.gate = toProbedGate(control.gate, change.probeRun);
      onChange();
      return readControl(control);
    },
    listAlarms: async () => structuredClone([...state.data.alarms.values()]),
    recordReading: async (code, { at, detail }) => {
      const { alarms } = state.data;
      const before = alarms.get(code);
      if (detail === undefined) alarms.delete(code);
      else
        alarms.set(code, { code, since: before?.since ?? at, readings: (before?.readings ?? 0) + 1, detail });
      const after = alarms.get(code);
      return structuredClone({ ...(before && { before }), ...(after && { after }) });
    },
  };
}

function readControl(control: MemoryControl): DispatchControl {
  const { maxConcurrency, paused, reason, gate, epoch, highWaterMark } = control;
  const failedRuns = control.streaks.get('failed_runs')?.count;
  return structuredClone({
    maxConcurrency,
    paused,
    ...(reason !== undefined && { reason }),
    ...(epoch !== undefined && { epoch }),
    ...(highWaterMark !== undefined && { highWaterMark }),
    ...(gate && { gate }),
    ...(failedRuns !== undefined && { failedRuns }),
  });
}

function setFailedRuns({ streaks }: MemoryControl, count: number): void {
  if (count === 0) streaks.delete('failed_runs');
  else streaks.set('failed_runs', { value: undefined, count, members: [] });
}

/** Returns whether the changes must not be saved: one of them belongs to a streak that closes the gate. */
export function requeuesForGate({ control }: MemoryData, changes: readonly StreakChange[]): boolean {
  return changes.some(
    ({ name, add }) =>
      add?.requeues &&
      (control.gate?.reopensWhen === add.gate.reopensWhen ||
        extendStreak(control.streaks.get(name), add).count >= add.limit),
  );
}

/** Counts the changes, and closes the gate when a streak reaches its limit. */
export function countStreaks(data: MemoryData, changes: readonly StreakChange[]): void {
  for (const { name, add } of changes) {
    const { streaks } = data.control;
    if (!add) {
      streaks.delete(name);
      continue;
    }
    const streak = extendStreak(streaks.get(name), add);
    streaks.set(name, streak);
    if (streak.count >= add.limit) closeGate(data, add.gate);
  }
}

function extendStreak(before: MemoryStreak | undefined, { value, member }: StreakAddition): MemoryStreak {
  const streak = before && before.value === value ? before : { value, count: 0, members: [] };
  if (member === undefined) return { ...streak, count: streak.count + 1 };
  if (streak.members.includes(member)) return streak;
  return { value, count: streak.count + 1, members: [...streak.members, member] };
}

function closeGate({ control, outbox }: MemoryData, gate: Gate): void {
  if (control.gate) return;
  const { probeRun: _, probeFailedAt: __, ...closed } = gate;
  control.gate = closed;
  const notification = {
    id: `gate.closed.${gate.since}`,
    type: 'gate.closed',
    at: gate.since,
    gate: closed,
  } as const;
  outbox.set(notification.id, { notification, dueAt: gate.since });
}

function openGate({ control, outbox }: MemoryData, at: number): void {
  if (!control.gate) return;
  const { probeRun: _, probeFailedAt: __, ...gate } = control.gate;
  control.gate = undefined;
  const notification = { id: `gate.opened.${gate.since}`, type: 'gate.opened', at, gate } as const;
  outbox.set(notification.id, { notification, dueAt: at });
}

function toProbedGate(
  { probeRun: _, probeFailedAt: __, ...gate }: Gate,
  change: { readonly since: number } | { readonly failedAt: number },
): Gate {
  return 'since' in change
    ? { ...gate, probeRun: { since: change.since } }
    : { ...gate, probeFailedAt: change.failedAt };
}
