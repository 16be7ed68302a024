import type { FaultRequest } from '@trainyard/runpod-stand-in';
import { API_KEY } from '../../fleet/settings.ts';

/** The stand-in's own routes (not RunPod's): faults on request. */
export interface StandInControl {
  strike(...faults: readonly FaultRequest[]): Promise<void>;
  clear(): Promise<void>;
}

export const createStandInControl = (port: number): StandInControl => {
  const url = `http://127.0.0.1:${port}/__stand-in/faults`;
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
  const ask = async (init: RequestInit): Promise<void> => {
    const answer = await fetch(url, init);
    if (!answer.ok) throw new Error(`the stand-in refuses a fault: ${await answer.text()}`);
  };
  return {
    strike: (...faults) => ask({ method: 'POST', headers, body: JSON.stringify(faults) }),
    clear: () => ask({ method: 'DELETE', headers: { authorization: headers.authorization } }),
  };
};
