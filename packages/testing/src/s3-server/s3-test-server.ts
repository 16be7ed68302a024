import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { readS3TestEnv } from './env.ts';
import { prepareMoto } from './moto.ts';

/** An S3 server with conditional writes. It accepts any credentials. */
export interface S3TestServer {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

/**
 * Uses the server at `S3_TEST_ENDPOINT`, else starts moto in memory on a free loopback port. It ends with
 * this process, even after a kill. Throws with the available ways to install a server: these tests are never
 * skipped.
 */
export async function startS3TestServer(): Promise<S3TestServer> {
  const { endpoint, ...credentials } = readS3TestEnv();
  if (endpoint !== undefined) return { endpoint, ...credentials, stop: async () => {} };
  const { command, args, port } = await prepareMoto();
  const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const boundPort = await waitUntilListening(server);
  return {
    endpoint: `http://127.0.0.1:${port ?? boundPort}`,
    ...credentials,
    stop: () => stopServer(server),
  };
}

/** Creates a bucket with a new name, or with the given one. @returns its name */
export async function createTestBucket(
  {
    endpoint,
    accessKeyId,
    secretAccessKey,
  }: Pick<S3TestServer, 'endpoint' | 'accessKeyId' | 'secretAccessKey'>,
  name = `test-${randomUUID()}`,
): Promise<string> {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    await client.send(new CreateBucketCommand({ Bucket: name }));
  } finally {
    client.destroy();
  }
  return name;
}

/** Waits until the server prints its port. */
async function waitUntilListening(server: ChildProcess): Promise<number> {
  const errors: string[] = [];
  server.stderr?.on('data', (chunk: Buffer) => {
    if (errors.length < 50) errors.push(chunk.toString());
  });
  const failed = new Promise<never>((_, reject) => {
    server.once('error', reject);
    server.once('exit', (code) =>
      reject(new Error(`the S3 test server ended (${code}): ${errors.join('')}`)),
    );
  });
  failed.catch(() => undefined);
  return Promise.race([readPort(server), failed]);
}

async function readPort(server: ChildProcess): Promise<number> {
  if (server.stdout) {
    for await (const line of createInterface(server.stdout)) {
      const port = /^listening (\d+)$/.exec(line)?.[1];
      if (port !== undefined) return Number(port);
    }
  }
  return new Promise<never>(() => {});
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.stdin?.end();
  await ended;
}
