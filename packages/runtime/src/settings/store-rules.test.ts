import { describe, expect, test } from 'vitest';
import { SettingsError } from '../env/parse-env.ts';
import { readSettings } from './settings.ts';

function listFaults(source: Readonly<Record<string, string>>): readonly string[] {
  try {
    readSettings({
      MODEL_TRAINING_RUNPOD_API_KEY: 'key',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep1',
      REDIS_URL: 'redis://127.0.0.1:6379',
      OBJECT_STORE_URL: 's3://models/prefix',
      ...source,
    });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map(({ message }) => message);
    throw error;
  }
}

describe('the address of the object store', () => {
  test.each([
    ['my-models', /is "my-models"; .*s3:\/\/my-models/],
    ['file://host/models', /is "file:\/\/host\/models"; a folder is file:\/path .* without a host/],
    ['file:/srv/50%', /is "file:\/srv\/50%"; .* % written as %25/],
    ['file:/srv/%00', /is "file:\/srv\/%00"; a folder is file:\/path/],
    ['/srv/models', /is "\/srv\/models"; it must be s3:\/\/bucket\/prefix or file:path/],
    ['https://models.s3.amazonaws.com', /S3_ENDPOINT/],
    ['https://user:secret@host', /is "https:\/\/host"/],
  ])('is refused without a scheme of an object store, by value and remedy: %s', (url, fault) => {
    expect(listFaults({ OBJECT_STORE_URL: url })).toEqual([expect.stringMatching(fault)]);
  });

  test.each([
    ['minio:9000', /is "minio:9000"; .*https:\/\/minio:9000/],
    ['s3.example.com', /is "s3\.example\.com"; .*https:\/\/s3\.example\.com/],
    ['ftp://host', /is "ftp:\/\/host"; .*https:\/\/host/],
    [
      'https://models.s3.eu-central-1.amazonaws.com',
      /in its host: set S3_ENDPOINT=https:\/\/s3\.eu-central-1\.amazonaws\.com/,
    ],
    ['http://models.localhost:9000', /in its host: set S3_ENDPOINT=http:\/\/localhost:9000/],
    ['https://models.fra1.digitaloceanspaces.com', /in its host/],
    ['https://models.minio.example.com', /in its host.*S3_FORCE_PATH_STYLE=true/],
    [
      'https://minio.example.com/models',
      /with the bucket models in its path: set S3_ENDPOINT=https:\/\/minio\.example\.com/,
    ],
    ['https://minio.example.com/models/', /in its path/],
  ])('has no endpoint without scheme or with the bucket: %s', (endpoint, fault) => {
    expect(listFaults({ S3_ENDPOINT: endpoint })).toEqual([expect.stringMatching(fault)]);
  });

  test.each([
    [{ S3_ENDPOINT: 'https://minio.example.com' }],
    [{ S3_ENDPOINT: 'https://project.supabase.co/storage/v1/s3' }],
    [{ S3_ENDPOINT: 'https://models.example.com', S3_FORCE_PATH_STYLE: 'true' }],
    [{ OBJECT_STORE_URL: '', S3_USER_BUCKET: 'models' }],
  ])('is accepted with a server of its own: %j', (source) => {
    expect(listFaults(source as unknown as Record<string, string>)).toEqual([]);
  });

  test("is no folder together with RunPod's own address, unless ALLOW_LOCAL_STORE is set", () => {
    const folder = { OBJECT_STORE_URL: 'file:store' };
    expect(listFaults(folder)).toEqual([
      expect.stringMatching(/file:store.*https:\/\/api\.runpod\.ai\/v2.*ALLOW_LOCAL_STORE=true/),
    ]);
    expect(listFaults({ ...folder, ALLOW_LOCAL_STORE: 'true' })).toEqual([]);
    expect(listFaults({ ...folder, RUNPOD_ENDPOINT_BASE_URL: 'http://127.0.0.1:2/v2' })).toEqual([]);
  });
});
