import type { FaultRequest } from '@trainyard/runpod-simulator';
import { API_KEY } from './settings.ts';

/** The stand-in's own route (not RunPod's): faults on request. */
export interface SimulatorControl {
  injectFaults(...faults: readonly FaultRequest[]): Promise<void>;
  /** Forgets the faults that have not struck yet, and those without an end. */
  clearFaults(): Promise<void>;
}

export function createSimulatorControl(port: number): SimulatorControl {
  const call = async (method: 'POST' | 'DELETE', body?: unknown): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}/__simulator/faults`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`the stand-in refuses: ${await answer.text()}`);
  };
  return { injectFaults: (...faults) => call('POST', faults), clearFaults: () => call('DELETE') };
}
