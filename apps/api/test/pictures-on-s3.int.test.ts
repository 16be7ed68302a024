import { openObjectStore } from '@trainyard/storage';
import { createTestBucket, type S3TestServer, startS3TestServer } from '@trainyard/testing/s3-server';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { writeCatalogue } from './catalogue.ts';
import { openFullSystem } from './test-system.ts';

let server: S3TestServer;
beforeAll(async () => {
  server = await startS3TestServer();
});
afterAll(() => server.stop());

const PROMPTS = ['0019 in a garden', '0019 in the rain'];
const POLL_OPTIONS = { timeout: 60_000, interval: 100 };

/** API, workers and simulator on a new bucket. As a container, the simulator uploads to keys of the whole bucket. */
async function openOnS3() {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const bucket = `s3://${await createTestBucket(server)}`;
  const url = `${bucket}/studio`;
  const s3 = { endpoint, accessKeyId, secretAccessKey, region: 'us-east-1', forcePathStyle: true };
  const open = async (address: string) => {
    const opened = await openObjectStore(address, { s3 });
    onTestFinished(() => opened.close());
    return opened;
  };
  const [store, container] = await Promise.all([open(url), open(bucket)]);
  await writeCatalogue(store);
  const env = {
    OBJECT_STORE_URL: url,
    S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  return { store, ...(await openFullSystem(env, { store: container, pictures: true })) };
}

it('the pictures of a run are recorded and served from a bucket of an S3 server', async () => {
  const { call, store } = await openOnS3();
  const { id } = (
    await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019', sample_prompts: PROMPTS })
  ).json();
  const read = async () => (await call('GET', `/api/trainings/${id}`)).json();
  await expect.poll(async () => (await read()).status, POLL_OPTIONS).toBe('completed');
  const { attempt, model } = await read();
  const toName = (part: string) => `attempt-${attempt}_${part}.png`;
  await store.put(`models/${id}/${toName('sample_07')}`, 'written after the end');

  const pictures = (await call('GET', `/api/trainings/${id}/pictures`)).json();
  expect(pictures).toMatchObject([
    { name: toName('sample_00'), kind: 'sample', index: 0, prompt: PROMPTS[0], attempt },
    { name: toName('sample_01'), kind: 'sample', index: 1, prompt: PROMPTS[1], attempt },
    { name: toName('loss'), kind: 'loss', index: null, prompt: null, attempt },
  ]);
  const { versions } = (await call('GET', '/api/actors/0019/training-versions')).json();
  expect(versions).toMatchObject([
    {
      ...{ name: 'V1', verdict: null, verified: true, size_bytes: model.size_bytes },
      samples: pictures.map(({ name }: { name: string }) => name),
      pictures: pictures.map(({ name, kind, index }: Record<string, unknown>) => ({ name, kind, index })),
    },
  ]);
  for (const { name } of pictures) {
    const original = await call('GET', `/api/trainings/${id}/pictures/${name}`);
    const stored = await store.get(`models/${id}/${name}`);
    expect(original.rawPayload.equals(Buffer.from(stored?.body ?? [])), name).toBe(true);
    const small = await call('GET', `/api/trainings/${id}/pictures/${name}?w=96`);
    expect(await sharp(small.rawPayload).metadata(), name).toMatchObject({ format: 'webp' });
    const again = { 'if-none-match': String(small.headers.etag) };
    expect(
      (await call('GET', `/api/trainings/${id}/pictures/${name}?w=96`, undefined, again)).statusCode,
    ).toBe(304);
  }
  expect((await call('GET', `/api/trainings/${id}/pictures/${toName('sample_07')}`)).json()).toMatchObject({
    code: 'picture_not_found',
  });
});
