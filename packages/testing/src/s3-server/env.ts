import { env } from 'node:process';

/** Reads the S3 server of the tests from the environment: its endpoint, undefined for moto, and its credentials. */
export function readS3TestEnv() {
  return {
    endpoint: env['S3_TEST_ENDPOINT'] || undefined,
    accessKeyId: env['S3_TEST_ACCESS_KEY_ID'] ?? 'trainyard-test',
    secretAccessKey: env['S3_TEST_SECRET_ACCESS_KEY'] ?? 'trainyard-test-secret',
  };
}
