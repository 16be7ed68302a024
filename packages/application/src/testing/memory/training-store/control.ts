import { InvalidConcurrencyLimitError } from '@trainyard/domain';
import type { ControlStore, DispatchControl, Gate } from '../../../ports/training-store/index.ts';
import type { MemoryControl, MemoryData } from './data.ts';
import type { MemoryContext } from './writes.ts';

/** Creates dispatch control and alarms. */
export function createMemoryControl({ state, now, onChange }: MemoryContext): ControlStore {
  return {
    getControl: async () => readControl(state.data.control),
    setControl: async (change) => {
      const { maxConcurrency, gate } = change;
      if (maxConcurrency !== undefined && !(Number.isSafeInteger(maxConcurrency) && maxConcurrency >= 1))
        throw new InvalidConcurrencyLimitError(maxConcurrency);
      const { control } = state.data;
      if (maxConcurrency !== undefined) control.maxConcurrency = maxConcurrency;
      if (change.paused !== undefined) control.paused = change.paused;
      if (change.paused === false) control.reason = undefined;
      if (change.reason !== undefined) control.reason = change.reason;
      if (gate === null) openGate(state.data, now());
      if (gate) closeGate(state.data, gate);
      if (change.probeRun && control.gate) control.gate = toProbedGate(control.gate, change.probeRun);
      onChange();
      return readControl(control);
    },
    recordRunResult: async (runId, failure) => {
      const { control } = state.data;
      if (control.failures.runId === runId) return control.failures.count;
      const count = failure === control.failures.class ? control.failures.count + 1 : 1;
      control.failures = failure === undefined ? { runId, count: 0 } : { runId, class: failure, count };
      return control.failures.count;
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
  return structuredClone({
    maxConcurrency,
    paused,
    ...(reason !== undefined && { reason }),
    ...(epoch !== undefined && { epoch }),
    ...(highWaterMark !== undefined && { highWaterMark }),
    ...(gate && { gate }),
  });
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
