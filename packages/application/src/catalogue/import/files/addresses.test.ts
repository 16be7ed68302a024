import { expect, it } from 'vitest';
import type { Deps } from '../../../deps.ts';
import { createMemoryObjectStore } from '../../../testing/memory/object-store.ts';
import { countOtherBuckets, parseListedAddress } from './addresses.ts';

const settings = { customS3Endpoints: ['https://minio.example.com'] } as unknown as Deps['settings'];
const parse = (url: string) =>
  parseListedAddress({ objects: createMemoryObjectStore({ bucket: 'my-bucket' }), settings }, url);

it.each([
  ['s3://my-bucket/my photos/image 1.png', 'my photos/image 1.png'],
  ['https://my-bucket.s3.eu-central-1.amazonaws.com/my+photos/image+1.png', 'my photos/image 1.png'],
  ['https://my-bucket.s3.eu-central-1.amazonaws.com/my%20photos/a%2Bb.png', 'my photos/a+b.png'],
  ['https://minio.example.com/my-bucket/a+b.png?X-Amz-Signature=1', 'a+b.png'],
])('the address %s names the key %s of the store (case 13)', (url, key) => {
  expect(parse(url)).toMatchObject({ place: 'store', key });
});

it('an address that is none in S3 has its reason', () => {
  for (const url of [
    'C:\\photos\\a.png',
    '/photos/a.png',
    'https://example.com/a.png',
    's3://my-bucket/a\u0007.png',
  ])
    expect(parse(url)).toMatchObject({ place: 'invalid', url, reason: expect.stringMatching(/\w/) });
});

it('images in other buckets are counted by bucket, with the subjects that name them', () => {
  const list = (...urls: readonly string[]) => urls.map(parse);
  expect(
    countOtherBuckets([
      { kind: 'actor', addresses: list('s3://one/a.png', 's3://one/a.txt', 's3://two/b.png') },
      { kind: 'actor', addresses: list('s3://one/c.png', 's3://my-bucket/d.png') },
      { kind: 'style', addresses: list('s3://one/e.png') },
    ]),
  ).toEqual([
    { bucket: 'one', images: 3, actors: 2, styles: 1 },
    { bucket: 'two', images: 1, actors: 1, styles: 0 },
  ]);
});
