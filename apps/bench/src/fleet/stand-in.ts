import type { FaultRequest } from '@trainyard/runpod-stand-in';
import { API_KEY } from './settings.ts';

/** The stand-in's own route (not RunPod's): faults on request. */
export interface StandInControl {
  strike(...faults: readonly FaultRequest[]): Promise<void>;
}

export const createStandInControl = (port: number): StandInControl => ({
  strike: async (...faults) => {
    const answer = await fetch(`http://127.0.0.1:${port}/__stand-in/faults`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(faults),
    });
    if (!answer.ok) throw new Error(`the stand-in refuses a fault: ${await answer.text()}`);
  },
});
