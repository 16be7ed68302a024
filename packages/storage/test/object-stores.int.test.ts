import { createHash } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { objectStoreContract } from '@trainyard/application/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openObjectStore } from '../src/index.ts';
import { type S3TestServer, startS3TestServer } from '@trainyard/testing/s3-server';
import { newFolderStore, newS3Store } from './stores.ts';

let server: S3TestServer;
// The first start installs the S3 server.
beforeAll(async () => {
  server = await startS3TestServer();
}, 300_000);
afterAll(() => server.stop());

objectStoreContract('a folder', newFolderStore);
objectStoreContract('an S3 server', () => newS3Store(server));
objectStoreContract('an S3 server without prefix', () => newS3Store(server, ''));

it('openObjectStore reports a missing bucket as object_store_refused for every operation', async () => {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const s3 = { endpoint, accessKeyId, secretAccessKey, region: 'us-east-1', forcePathStyle: true };
  const store = await openObjectStore('s3://missing-bucket/prefix', { s3 });
  for (const operation of [() => store.get('k'), () => store.head('k'), () => store.put('k', 'x')])
    await expect(operation()).rejects.toMatchObject({
      code: 'object_store_refused',
      message: expect.stringMatching(/the bucket (missing-bucket )?does not exist/),
    });
  await store.close();
});

it('an S3 store returns the SHA-256 that the server keeps, without a download', async () => {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const { port, url, close } = await newS3Store(server);
  const bucket = new URL(url).host;
  const client = new S3Client({
    ...{ endpoint, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId, secretAccessKey },
  });
  const put = (Key: string, more: object) =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'model', ...more }));
  await put('with.safetensors', { ChecksumAlgorithm: 'SHA256' });
  await put('without.safetensors', { ChecksumAlgorithm: 'CRC32' });
  const expected = createHash('sha256').update('model').digest('hex');
  expect(await port.readSha256(`s3://${bucket}/with.safetensors`)).toBe(expected);
  expect(await port.readSha256(`s3://${bucket}/without.safetensors`)).toBeUndefined();
  expect(await port.readSha256(`s3://${bucket}/missing.safetensors`)).toBeUndefined();
  client.destroy();
  await close();
});
