import type { FaultRequest } from '@trainyard/runpod-simulator';
import { API_KEY } from './settings.ts';

/** Client of the fault routes of a simulator. */
export interface SimulatorControl {
  /** Adds faults to the pending faults. Throws when the simulator refuses a fault. */
  injectFaults(...faults: readonly FaultRequest[]): Promise<void>;
  /** Removes all pending faults, including unlimited ones. */
  clearFaults(): Promise<void>;
}

/** Creates a client of the simulator on a loopback port. */
export function createSimulatorControl(port: number): SimulatorControl {
  const call = async (method: 'POST' | 'DELETE', body?: unknown): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}/__simulator/faults`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`The simulator refused a fault: ${await answer.text()}`);
  };
  return { injectFaults: (...faults) => call('POST', faults), clearFaults: () => call('DELETE') };
}
