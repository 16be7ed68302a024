import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';

/** A message that the receiver got. */
export interface Message {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body verified by Standard Webhooks; undefined without a valid signature. */
  readonly body: { readonly type: string; readonly data: Readonly<Record<string, unknown>> } | undefined;
}

/** A test HTTP server that receives notifications. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** Secret of the sender whose messages are verified. */
  readonly secret: string;
  readonly messages: readonly Message[];
  messagesByType(type: string): readonly Message[];
  /** Number of connections, including those without a request. */
  connections(): number;
}

type Answer = (response: ServerResponse, message: Message) => void;

/**
 * Starts an HTTP server on loopback that receives messages like a subscriber; responds with 204 by default.
 * Stops at the end of the test.
 */
export async function openReceiver(
  answer: Answer = (response) => void response.writeHead(204).end(),
): Promise<Receiver> {
  const secret = createSecret();
  const messages: Message[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      const post = { id: headers['webhook-id'] ?? '', headers, text: Buffer.concat(chunks).toString() };
      const message = { ...post, body: verifyMessage(secret, post) };
      messages.push(message);
      answer(response, message);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    secret,
    messages,
    messagesByType: (type) => messages.filter(({ body }) => body?.type === type),
    connections: () => connections,
  };
}

/** Creates a random `whsec_…` secret. */
export function createSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

function verifyMessage(
  secret: string,
  { headers, text }: Pick<Message, 'headers' | 'text'>,
): Message['body'] {
  try {
    return new Webhook(secret).verify(text, headers) as Message['body'];
  } catch {
    return undefined;
  }
}
