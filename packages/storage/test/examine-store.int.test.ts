import { randomUUID } from 'node:crypto';
import { examineObjectStore, type StoreExamination } from '@trainyard/application';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OpenObjectStore, openObjectStore } from '../src/index.ts';
import {
  type FaultyProxy,
  type ProxyFault,
  type ProxyOperation,
  type S3TestServer,
  startFaultyProxy,
  startS3TestServer,
} from '@trainyard/testing/s3-server';
import { newFolderStore, newS3Store } from './stores.ts';

let server: S3TestServer;
let proxy: FaultyProxy;
let store: OpenObjectStore;
// The first start installs the S3 server.
beforeAll(async () => {
  server = await startS3TestServer();
  proxy = await startFaultyProxy(server.endpoint);
  store = (await newS3Store({ ...server, endpoint: proxy.endpoint })).port;
}, 300_000);
beforeEach(() => proxy.setFault());
afterAll(async () => {
  await store.close();
  await proxy.close();
  await server.stop();
});

const examine = (timeoutMs = 30_000, examined = store) =>
  examineObjectStore(examined, { newId: randomUUID, timeoutMs });

/** The findings of an examination as one text, or its reason. */
function describeResult(result: StoreExamination): string {
  if (result.kind === 'unavailable') return `unavailable: ${result.reason}`;
  return result.findings.map(({ status, text }) => `${status}: ${text}`).join('\n');
}

const OPERATIONS: readonly ProxyOperation[] = ['GET', 'HEAD', 'PUT If-None-Match', 'PUT If-Match', 'DELETE'];
const PERMISSIONS: Readonly<Record<string, string>> = {
  GET: 's3:ListBucket',
  HEAD: 's3:ListBucket',
  'PUT If-None-Match': 's3:PutObject',
  'PUT If-Match': 's3:PutObject',
  DELETE: 's3:DeleteObject',
};
const toAnswer = (status: number, code: string): ProxyFault => ({ kind: 'answer', status, code });

describe('the examination of a sound store', () => {
  it('passes in five rounds on an S3 server and in a folder, and leaves no object behind', async () => {
    const folder = await newFolderStore();
    for (const each of [store, folder.port]) {
      const result = await examineObjectStore(each, { newId: randomUUID, rounds: 5 });
      expect(describeResult(result)).toBe('ok: reads, conditional and parallel writes, and deletes work');
      expect(await Array.fromAsync(each.list('data/store-check/'))).toEqual([]);
    }
    await folder.close();
  });
});

describe.each(OPERATIONS)('the examination of an S3 server with a faulty %s', (operation) => {
  const status = operation === 'DELETE' ? 'warning' : 'fault';

  it('names the missing permission for 403', async () => {
    proxy.setFault(toAnswer(403, 'AccessDenied'), [operation]);
    expect(describeResult(await examine())).toMatch(
      new RegExp(`${status}: .*${PERMISSIONS[operation]}.*HTTP 403`),
    );
  });

  it('names the refused operation for 501', async () => {
    proxy.setFault(toAnswer(501, 'NotImplemented'), [operation]);
    const name = operation.replace('PUT ', '');
    expect(describeResult(await examine())).toMatch(
      new RegExp(`${status}: refuses .*${name.startsWith('If') ? name : ''}.*HTTP 501`),
    );
  });

  it('is no fault for 503 and without an answer', async () => {
    proxy.setFault(toAnswer(503, 'ServiceUnavailable'), [operation]);
    expect(describeResult(await examine())).toMatch(/^unavailable: .*HTTP 503/);
    proxy.setFault({ kind: 'silence' }, [operation]);
    expect(describeResult(await examine(500))).toBe('unavailable: no answer within 0.5 s');
  });
});

describe('the examination of an unfit S3 server', () => {
  it.each([
    ['PUT If-None-Match', /^fault: ignores If-None-Match/],
    ['PUT If-Match', /^fault: ignores If-Match/],
  ] as const)('finds an ignored condition: %s (case 28)', async (operation, fault) => {
    proxy.setFault({ kind: 'ignore_condition' }, [operation]);
    expect(describeResult(await examine())).toMatch(fault);
  });

  it('finds 403 instead of 404 for a missing object', async () => {
    proxy.setFault({ kind: 'forbid_missing' }, ['GET', 'HEAD']);
    expect(describeResult(await examine())).toMatch(/^fault: answers 403 instead of 404 .*s3:ListBucket/);
  });

  it.each([
    [{ status: 403, code: 'InvalidAccessKeyId' }, /refuses the credentials: .*AWS_ACCESS_KEY_ID/],
    [{ status: 403, code: 'SignatureDoesNotMatch' }, /refuses the credentials/],
    [{ status: 404, code: 'NoSuchBucket' }, /not at this address: .*bucket does not exist/],
    [
      { status: 301, code: 'PermanentRedirect', region: 'eu-central-1' },
      /S3_REGION.*the region eu-central-1/,
    ],
  ])('names credentials and address: %j', async (answer, fault) => {
    proxy.setFault({ kind: 'answer', ...answer }, [...OPERATIONS, 'PUT']);
    expect(describeResult(await examine())).toMatch(fault);
  });

  it('is no fault while no server listens', async () => {
    const s3 = { endpoint: 'http://127.0.0.1:9', accessKeyId: 'a', secretAccessKey: 'b' };
    const closed = await openObjectStore('s3://models', { s3 });
    expect(describeResult(await examine(30_000, closed))).toMatch(/^unavailable: .*ECONNREFUSED/);
    await closed.close();
  });
});

it('an S3 error keeps its words on one line without control characters, at most 500 characters long', async () => {
  proxy.setFault({ kind: 'answer', status: 403, code: `Denied\u001b[31m\n${'x'.repeat(9_000)}` }, ['GET']);
  const error = await store.get('k').then(String, (thrown: Error) => thrown.message);
  expect(error).toMatch(/HTTP 403/);
  expect(error).not.toMatch(/\p{Cc}/u);
  expect(error.length).toBeLessThan(500);
});
