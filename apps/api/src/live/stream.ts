import type { LiveEvent } from '@trainyard/contracts';
import type { FastifyReply } from 'fastify';
import type { Hub } from './hub.ts';
import type { Message } from './messages.ts';

/** What a listener asked for. */
export interface Listening {
  readonly hub: Hub;
  /** Only of this training. */
  readonly trainingId?: string;
  readonly lastEventId?: string;
  /** How long the caller may take nothing; then it is hung up on, and with its last id goes on where it was. */
  readonly patienceMs: number;
  /** Ends the stream: the process closes, or it has lasted long enough. */
  readonly signal: AbortSignal;
}

const RETRY_MS = 2_000;
/** How many changes of others may pass until a listener is told how far the feed is. */
const MARK_EVERY = 200;

type Sent = Parameters<FastifyReply['sse']['send']>[0];

/** Writes one message. Throws when the caller takes nothing more. */
const write = async (
  reply: FastifyReply,
  { signal, patienceMs }: Listening,
  message: Sent,
): Promise<void> => {
  let stuck: NodeJS.Timeout | undefined;
  let leave: (() => void) | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    leave = resolve;
    signal.addEventListener('abort', resolve as () => void, { once: true });
    stuck = setTimeout(() => reject(new Error('the caller takes nothing')), patienceMs).unref();
  });
  try {
    await Promise.race([reply.sse.send(message), ended]);
  } finally {
    clearTimeout(stuck);
    if (leave) signal.removeEventListener('abort', leave);
  }
};

const concerns = ({ trainingId }: Listening, message: Message): boolean =>
  trainingId === undefined || message.trainingId === trainingId;

/** Where this stream begins, and what its caller is told of that. */
const beginning = async ({
  hub,
  lastEventId,
}: Listening): Promise<{ readonly position: string; readonly events: readonly LiveEvent[] }> => {
  const ready = (resumed: boolean): LiveEvent => ({ event: 'ready', data: { resumed } });
  if (lastEventId === undefined) return { position: await hub.now(), events: [ready(false)] };
  if (await hub.reaches(lastEventId)) return { position: lastEventId, events: [ready(true)] };
  const position = await hub.now();
  return { position, events: [lost(`what came after ${lastEventId} is no longer kept`), ready(false)] };
};

const lost = (reason: string): LiveEvent => ({ event: 'reset', data: { reason } });

/** Tells everything from a position on, until the signal fires. */
const tell = async (reply: FastifyReply, listening: Listening, from: string): Promise<void> => {
  const { hub, signal } = listening;
  let position = from;
  let passed = 0;
  while (!signal.aborted) {
    const next = await hub.next(position, signal);
    if (next === 'lost') {
      position = await hub.now();
      await write(reply, listening, { id: position, ...lost('the stream was too slow') });
      continue;
    }
    const mine = next.messages.filter((each) => concerns(listening, each));
    for (const { position: id, event } of mine) await write(reply, listening, { id, ...event });
    position = next.position;
    passed = mine.length > 0 ? 0 : passed + next.messages.length;
    if (passed < MARK_EVERY) continue;
    passed = 0;
    // An id alone is no event to a browser, and still where it goes on.
    await write(reply, listening, { id: position, data: undefined });
  }
};

/** Opens a stream. Throws while Redis is away; then nothing was written. @returns what lasts as long as the stream */
export const openStream = async (reply: FastifyReply, listening: Listening): Promise<() => Promise<void>> => {
  const { position, events } = await beginning(listening);
  reply.sse.keepAlive();
  for (const event of events) await write(reply, listening, { id: position, retry: RETRY_MS, ...event });
  return () => tell(reply, listening, position);
};
