import type { Connection } from '@trainyard/client';
import { sessionSchema } from '@trainyard/contracts';
import type { Output } from '../terminal/output.ts';
import { paint } from '../terminal/style.ts';

/**
 * Line that marks simulated times, for the demo and tests; none in real time and with `--json`. A server that does not
 * report its time factor counts as real time.
 */
export async function loadTimeNote(
  server: Pick<Connection, 'request'>,
  { json }: Pick<Output, 'json'>,
): Promise<readonly string[]> {
  if (json) return [];
  const session = await server.request('/api/session', sessionSchema).catch(() => undefined);
  return timeNoteLines(session?.time_factor ?? 1);
}

/** @param factor how much faster than real time the clock of the server is */
function timeNoteLines(factor: number): readonly string[] {
  return factor === 1 ? [] : [paint('yellow', `Times are simulated, ${factor} times as fast.`)];
}
