import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';

export interface Message {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** What the verifier of Standard Webhooks read; undefined where it found no valid signature. */
  readonly body: { readonly type: string; readonly data: Readonly<Record<string, unknown>> } | undefined;
}

export interface Receiver {
  readonly url: string;
  readonly port: number;
  /** Belongs to a sender whose messages are to be verified. */
  readonly secret: string;
  readonly messages: readonly Message[];
  messagesByType(type: string): readonly Message[];
  /** How many connections were made, whether or not anything was sent over them. */
  connections(): number;
}

type Answer = (response: ServerResponse, message: Message) => void;

/** A real server on loopback that takes messages as a subscriber would; 204 unless told. Closed at the test's end. */
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
