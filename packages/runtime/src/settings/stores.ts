import { defaulted, optional } from '../env/declare.ts';
import { endpointUrl, flag, storeUrl, text } from '../env/kinds.ts';

const group = 'Object store';

/** The address of the object store. */
export const stores = {
  OBJECT_STORE_URL: optional(storeUrl, {
    group,
    description:
      'Object store with catalogue, datasets and models: s3://bucket/prefix or file:path. `trainyard up` uses a local folder without it.',
    example: 's3://my-bucket/prefix',
  }),
  S3_USER_BUCKET: optional(text('the name of a bucket', /^[\w-][\w.-]{1,253}[\w-]$/), {
    group,
    description: 'Bucket name, equal to OBJECT_STORE_URL=s3://bucket. OBJECT_STORE_URL takes precedence.',
    example: 'my-bucket',
  }),
  S3_ENDPOINT: optional(endpointUrl, {
    group,
    description: 'URL of an S3-compatible server other than Amazon S3.',
    example: 'https://minio.example.com',
  }),
  S3_REGION: optional(text(), {
    group,
    description: 'Region of the bucket; us-east-1 without it.',
    aliases: ['AWS_REGION'],
    example: 'us-east-1',
  }),
  S3_FORCE_PATH_STYLE: optional(flag, {
    group,
    description: 'Bucket in the path instead of the host name; true by default when S3_ENDPOINT is set.',
    example: 'true',
  }),
  AWS_ACCESS_KEY_ID: optional(text(), {
    group,
    description: 'Access key of the object store. Without it, the default credential chain of AWS is used.',
    aliases: ['AWS_ACCESS_KEY'],
    secret: true,
  }),
  AWS_SECRET_ACCESS_KEY: optional(text(), {
    group,
    description: 'Secret of AWS_ACCESS_KEY_ID.',
    aliases: ['AWS_ACCESS_SECRET'],
    secret: true,
  }),
  AWS_SESSION_TOKEN: optional(text(), {
    group,
    description: 'Session token of temporary credentials.',
    secret: true,
  }),
  ALLOW_LOCAL_STORE: defaulted(flag, 'false', {
    group,
    description:
      "Allows a folder as the object store together with RunPod's own address, where no worker can read the images: for a test of the connection.",
  }),
  CATALOGUE_KEY: defaulted(text('a key that does not start with /', /^[^/]/), 'data/actors.json', {
    group,
    description: 'Key of the list of actors; some tools name it actorsData.json.',
  }),
};
