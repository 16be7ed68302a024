import { describe, expect, test } from 'vitest';
import { openConfiguredObjectStore } from '../adapters.ts';
import { readSettings, type Settings } from './settings.ts';

const REDIS = { REDIS_URL: 'redis://127.0.0.1:6379' };

/** Region that the signature of a link to an object names. */
async function readSignedRegion(settings: Settings): Promise<string | undefined> {
  const store = await openConfiguredObjectStore(settings);
  const link = await store.presignGet(store.toUri('a.png'), { expiresInSeconds: 60 });
  await store.close();
  return new URL(link ?? '').searchParams.get('X-Amz-Credential')?.split('/')[2];
}

describe('an environment of the legacy tools', () => {
  test('of the training module names key, endpoint, public address and hyperparameters', () => {
    const source = {
      ...REDIS,
      RUNPOD_API_KEY: 'your_runpod_api_key',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'your_endpoint_id',
      S3_USER_BUCKET: 'bucket',
      GATEWAY_BASE_URL: 'https://api.yourdomain.com',
      BASE_URL: 'https://other.yourdomain.com',
      SB_HP_STYLE_SPI: '50',
      SB_HP_ACTOR_T2_MAX: '20',
      WEBHOOK_SECRET: 'sixteen characters',
    };
    expect(readSettings(source)).toMatchObject({
      MODEL_TRAINING_RUNPOD_API_KEY: 'your_runpod_api_key',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'your_endpoint_id',
      GATEWAY_BASE_URL: 'https://api.yourdomain.com',
      hyperparameters: { style: { stepsPerImage: 50 }, actor: { tier2MaxImages: 20 } },
    });
    const { GATEWAY_BASE_URL: _, ...withoutFirst } = source;
    expect(readSettings(withoutFirst).GATEWAY_BASE_URL).toBe('https://other.yourdomain.com');
  });

  test('of the training page for styles names bucket, region, keys and port', async () => {
    const settings = readSettings({
      ...REDIS,
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'your_training_endpoint_id',
      MODEL_TRAINING_RUNPOD_API_KEY: 'your_runpod_api_key',
      S3_USER_BUCKET: 'your-s3-bucket-name',
      AWS_ACCESS_KEY_ID: 'your_aws_access_key',
      AWS_SECRET_ACCESS_KEY: 'your_aws_secret_key',
      S3_REGION: 'us-west-1',
      AWS_REGION: 'eu-west-1',
      PORT: '5173',
    });
    expect(settings).toMatchObject({
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'your_training_endpoint_id',
      OBJECT_STORE_URL: 's3://your-s3-bucket-name',
      AWS_ACCESS_KEY_ID: 'your_aws_access_key',
      AWS_SECRET_ACCESS_KEY: 'your_aws_secret_key',
      S3_REGION: 'us-west-1',
      PORT: 5173,
    });
    expect(await readSignedRegion(settings)).toBe('us-west-1');
    const { S3_REGION: _, ...withoutRegion } = settings;
    expect(await readSignedRegion(withoutRegion)).toBe('us-east-1');
  });

  test('of the script for automatic training names key, keys of the bucket and ngrok token', () => {
    const settings = readSettings({
      ...REDIS,
      RUNPOD_API_KEY: 'your_runpod_api_key',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep1',
      S3_USER_BUCKET: 'bucket',
      AWS_ACCESS_KEY: 'a',
      AWS_ACCESS_SECRET: 'b',
      NGROK_AUTHTOKEN: '2abc',
    });
    expect(settings).toMatchObject({
      MODEL_TRAINING_RUNPOD_API_KEY: 'your_runpod_api_key',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      NGROK_AUTHTOKEN: '2abc',
    });
  });
});
