import { defaulted, optional, required } from '../declare.ts';
import { flag, text, url } from '../kinds.ts';

const redis = 'Redis';
const group = 'Object store';

/** Where the record and the objects are. */
export const stores = {
  REDIS_URL: required(url('redis', 'rediss'), {
    group: redis,
    about:
      'The Redis that keeps the record and the queues; needed, but for `trainyard up`, which starts one of its own.',
    secret: true,
    missing: 'REDIS_URL is required',
    example: 'redis://127.0.0.1:6379',
  }),
  REDIS_PREFIX: defaulted(text('letters, digits, - _ and : only', /^[\w:-]+$/), 'trainyard', {
    group: redis,
    about: 'Begins every key, so that systems can share a Redis.',
  }),
  REDIS_WITHOUT_AOF: defaulted(flag, 'false', {
    group: redis,
    about:
      'Starts with a Redis that keeps no append-only file, and warns; for development, or where the service is durable without one.',
  }),
  OBJECT_STORE_URL: optional(text('s3://bucket/prefix or file:path', /^(s3:\/\/|file:)./i), {
    group,
    about: 'Catalogue, datasets and models; needed, but for `trainyard up`, which keeps a folder of its own.',
    example: 's3://my-bucket/prefix',
  }),
  S3_USER_BUCKET: optional(text('the name of a bucket', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/), {
    group,
    about: 'A bucket; the same as OBJECT_STORE_URL=s3://bucket, which wins.',
    example: 'my-bucket',
  }),
  S3_ENDPOINT: optional(url('https', 'http'), {
    group,
    about: "An S3-compatible server instead of Amazon's.",
    example: 'https://minio.example.com',
  }),
  S3_REGION: optional(text(), {
    group,
    about: 'Region of the bucket.',
    aliases: ['AWS_REGION'],
    example: 'us-east-1',
  }),
  S3_FORCE_PATH_STYLE: optional(flag, {
    group,
    about: 'Bucket in the path instead of the host name; so by default with S3_ENDPOINT.',
    example: 'true',
  }),
  AWS_ACCESS_KEY_ID: optional(text(), {
    group,
    about: "Without keys, AWS's own places for credentials are searched.",
    aliases: ['AWS_ACCESS_KEY'],
    secret: true,
  }),
  AWS_SECRET_ACCESS_KEY: optional(text(), {
    group,
    about: 'Belongs to the key.',
    aliases: ['AWS_ACCESS_SECRET'],
    secret: true,
  }),
  AWS_SESSION_TOKEN: optional(text(), { group, about: 'Of temporary keys.', secret: true }),
  CATALOGUE_KEY: defaulted(text('a key that does not begin with /', /^[^/]/), 'data/actors.json', {
    group,
    about: 'Where the list of actors is; some tools call it actorsData.json.',
  }),
};
