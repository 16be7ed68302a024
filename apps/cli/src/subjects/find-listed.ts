import type { Connection } from '@trainyard/client';
import { autoTrainPageSchema, deliveryPageSchema } from '@trainyard/contracts';
import { UsageError } from '../terminal/exit.ts';

type Server = Pick<Connection, 'request'>;

/** Number of the newest entries among which a short id is searched; the largest page of the server. */
const SEARCHED = 500;

/** Finds an auto-train run by its id or by the end of its id. Throws UsageError when several ids end like that. */
export async function findRunId(server: Server, text: string): Promise<string> {
  return findId('auto-train run', text, async () => {
    const query = { limit: SEARCHED };
    return (await server.request('/api/auto-train/runs', autoTrainPageSchema, { query })).runs;
  });
}

/** Finds a delivery by its id or by the end of its id. Throws UsageError when several ids end like that. */
export async function findDeliveryId(server: Server, text: string): Promise<string> {
  return findId('delivery', text, async () => {
    const query = { limit: SEARCHED };
    return (await server.request('/api/deliveries', deliveryPageSchema, { query })).deliveries;
  });
}

/** An id that no listed entry ends with is returned as it is: the server answers that it does not exist. */
async function findId(
  name: string,
  text: string,
  list: () => Promise<readonly { readonly id: string }[]>,
): Promise<string> {
  const listed = (await list()).map(({ id }) => id);
  if (listed.includes(text)) return text;
  const [first, ...others] = listed.filter((id) => id.endsWith(text));
  if (others.length > 0)
    throw new UsageError(
      `${JSON.stringify(text)} is the end of ${others.length + 1} ids (${name}): ${[first, ...others].join(', ')}. Pass one of them.`,
    );
  return first ?? text;
}
