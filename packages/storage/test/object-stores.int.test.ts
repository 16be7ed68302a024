import { objectStoreContract } from '@trainyard/application/contract-suites';
import { afterAll, beforeAll } from 'vitest';
import { type S3TestServer, startS3TestServer } from './s3-server/s3-test-server.ts';
import { newFolderStore, newS3Store } from './stores.ts';

let server: S3TestServer;
beforeAll(async () => {
  server = await startS3TestServer();
});
afterAll(() => server.stop());

objectStoreContract('a folder', newFolderStore);
objectStoreContract('an S3 server', () => newS3Store(server));
objectStoreContract('an S3 server without prefix', () => newS3Store(server, ''));
