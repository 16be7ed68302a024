import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminalStatus } from '@trainyard/domain';
import type { ApiCaller, Json } from './send.ts';

const TIMEOUT_MS = 120_000;
const PAGE_SIZE = 500;

/**
 * Cancels every live training and waits for their ends. @returns a line for each training that has not ended after 2 min:
 * a request left it in a state that no operator can end
 */
export async function endAllTrainings(callApi: ApiCaller): Promise<readonly string[]> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (const { id } of await listLive(callApi))
    await callApi('POST', `/api/trainings/${id}/cancel`, {}).catch(() => {});
  for (;;) {
    const live = await listLive(callApi);
    if (live.length === 0) return [];
    if (performance.now() > deadline)
      return live.map(({ id, status }) => `training ${id} is still ${status} 2 min after its cancellation`);
    await sleep(200);
  }
}

async function listLive(callApi: ApiCaller): Promise<readonly Json[]> {
  const live: Json[] = [];
  let cursor: unknown;
  do {
    const query = cursor ? `&cursor=${cursor}` : '';
    const page = await callApi('GET', `/api/trainings?limit=${PAGE_SIZE}${query}`);
    const trainings = page['trainings'] as readonly Json[];
    live.push(...trainings.filter(({ status }) => !isTerminalStatus(String(status))));
    cursor = page['next_cursor'];
  } while (cursor);
  return live;
}
