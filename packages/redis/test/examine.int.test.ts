import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, realClock, startTestRedis, type TestRedisOptions } from '@trainyard/testing/redis';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { examineRedis, openRedisBackend, type RedisBackendOptions, type RedisFinding } from '../src/index.ts';

const execFileAsync = promisify(execFile);
const SECRET = 'hunter2';

async function startRedis(options: TestRedisOptions = {}) {
  const redis = await startTestRedis(options);
  onTestFinished(() => redis.close());
  const run = async (...[name = '', ...args]: readonly string[]): Promise<unknown> => {
    const client = new Redis(redis.url);
    return client.call(name, ...args).finally(() => client.disconnect());
  };
  return { ...redis, run };
}

type OpenOptions = Partial<RedisBackendOptions> & Pick<RedisBackendOptions, 'redisUrl'>;

/** Opens a backend, uses it and closes it again. @returns the warnings */
async function open(options: OpenOptions): Promise<readonly RedisFinding[]> {
  const warnings: RedisFinding[] = [];
  const backend = await openRedisBackend({
    clock: realClock,
    initialMaxConcurrency: 2,
    onError: () => undefined,
    onWarning: (warning) => warnings.push(warning),
    ...options,
  });
  await backend.store.ping();
  expect(await backend.store.isFull()).toBe(false);
  await backend.close();
  return warnings;
}

/** Expects that doctor and start report the same single line, which names the address and no secret. */
async function expectRefusal(redisUrl: string, text: RegExp): Promise<void> {
  const error = await open({ redisUrl }).catch((each: Error) => each);
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message).toMatch(/^[^\n]*(rediss?|unix):\/\/[^\n]*$/);
  expect(message).toMatch(text);
  expect(message).not.toContain(SECRET);
  const doctor = await examineRedis({ redisUrl, prefix: '{trainyard}' }).then(
    ({ findings }) => findings.map((finding) => finding.text),
    (each: Error) => [each.message],
  );
  expect(doctor.filter((each) => message.includes(each))).not.toEqual([]);
}

describe('the start refuses a Redis', () => {
  it('that is a node of a cluster, whether it owns the keys or not (case 40)', async () => {
    const redis = await startRedis({ settings: { 'cluster-enabled': 'yes' } });
    await expectRefusal(redis.url, /Redis Cluster is not supported, because .* MOVED/);
    await redis.run('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await expectRefusal(redis.url, /Redis Cluster is not supported/);
    await redis.run('ACL', 'SETUSER', 'default', '-info');
    await redis.run('CLUSTER', 'DELSLOTSRANGE', '0', '16383');
    await expectRefusal(redis.url, /Redis Cluster is not supported/);
  });

  it('that has no database of this number, and writes nothing to database 0', async () => {
    const redis = await startRedis({ settings: { databases: '4' } });
    await expectRefusal(`${redis.url}/5`, /database 5 does not exist/);
    expect(await redis.run('DBSIZE')).toBe(0);
    expect(await open({ redisUrl: `${redis.url}/3` })).toEqual([]);
    expect(await redis.run('DBSIZE')).toBe(0);
  });

  it('that is a replica', async () => {
    const master = await startRedis({ allowOpenConnections: true });
    const replica = await startRedis({ allowOpenConnections: true });
    await replica.run('REPLICAOF', '127.0.0.1', master.url.split(':').at(-1) ?? '');
    await expect.poll(() => replica.run('INFO', 'replication')).toContain('master_link_status:up');
    await expectRefusal(replica.url, /it is a replica; use the address of its master/);
    await replica.run('ACL', 'SETUSER', 'default', '-info');
    await expectRefusal(replica.url, /a test write was refused: Redis is a read-only replica/);
  });

  it('that is full', async () => {
    const redis = await startRedis({ settings: { maxmemory: '1' } });
    await expectRefusal(redis.url, /a test write was refused: Redis has no memory left \(maxmemory\)/);
  });

  it.each([
    [['-xadd', '-@scripting'], /the user may not run EVAL, EVALSHA, SCRIPT, XADD: allow them by ACL SETUSER/],
    [['-multi'], /the user may not run MULTI/],
    [['resetkeys', '~other:*'], /no access to keys that start with \{trainyard\}: allow ~\{trainyard\}:\*/],
  ])('whose user lacks permissions: %s', async (rules, text) => {
    const redis = await startRedis();
    const acl = ['on', `>${SECRET}`, '~*', '&*', '+@all', ...rules];
    await redis.run('ACL', 'SETUSER', 'app', ...acl);
    await expectRefusal(redis.url.replace('redis://', `redis://app:${SECRET}@`), text);
  });

  it('at which no server listens, or whose login is wrong', async () => {
    const redis = await startRedis();
    const withLogin = (login: string) => redis.url.replace('redis://', `redis://${login}`);
    await redis.run('CONFIG', 'SET', 'requirepass', SECRET);
    await expectRefusal(withLogin(`:${SECRET}x@`), /user or password is wrong/);
    await expectRefusal(redis.url, /a password is required/);
    await expectRefusal(`redis://:${SECRET}@127.0.0.1:${await freePort()}/5`, /connection refused/);
    const web = createHttpServer().listen(0, '127.0.0.1');
    onTestFinished(() => void web.close());
    await once(web, 'listening');
    await expectRefusal(`redis://:${SECRET}@127.0.0.1:${(web.address() as AddressInfo).port}`, /is no Redis/);
    await expectRefusal('unix:///run/nothing.sock?db=5', /the socket does not exist/);
    await expectRefusal('redis://host.invalid', /host not found/);
    expect(await open({ redisUrl: withLogin(`:${SECRET}@`) })).toEqual([]);
    const admin = new Redis(withLogin(`:${SECRET}@`));
    await admin.config('SET', 'requirepass', '').finally(() => admin.quit());
  });

  it('that accepts the connection and does not answer', async () => {
    const redis = await startRedis({ allowOpenConnections: true });
    redis.freeze();
    await expectRefusal(redis.url, /no answer within 5 s/).finally(() => redis.thaw());
  });
});

describe('the start accepts a Redis', () => {
  it('whose user may run neither INFO nor CONFIG, with warnings, and reports no full memory', async () => {
    const redis = await startRedis();
    await redis.run(
      'ACL',
      'SETUSER',
      'app',
      'on',
      '>pw',
      '~{trainyard}:*',
      '&*',
      '+@all',
      '-info',
      '-config',
    );
    const redisUrl = redis.url.replace('redis://', 'redis://app:pw@');
    expect((await open({ redisUrl })).map(({ text }) => text)).toContain(
      'the user may not run INFO: role and memory are unknown',
    );
  });

  it('on a unix socket, in the database of the URL', async () => {
    const dir = createDir();
    const redis = await startRedis({ settings: { unixsocket: join(dir, 'redis.sock') } });
    expect(await open({ redisUrl: `unix://${dir}/redis.sock?db=5` })).toEqual([]);
    expect(await redis.run('INFO', 'keyspace')).toMatch(/^db5:/m);
    expect(await redis.run('INFO', 'keyspace')).not.toMatch(/^db0:/m);
    expect(await open({ redisUrl: `redis+unix://${dir}/redis.sock?db=5` })).toEqual([]);
  });

  it('with TLS and the certificate authority of REDIS_CA_FILE, and refuses it without', async () => {
    const dir = createDir();
    const tlsPort = await freePort();
    await startTlsRedis(dir, tlsPort);
    const redisUrl = `rediss://127.0.0.1:${tlsPort}`;
    expect(await open({ redisUrl, caFile: join(dir, 'cert.pem') })).toEqual([]);
    await expectRefusal(redisUrl, /certificate is not signed by a known authority; set REDIS_CA_FILE/);
    await expectRefusal(redisUrl.replace('rediss', 'redis'), /it closed the connection; use rediss:\/\//);
    await expect(open({ redisUrl, caFile: join(dir, 'missing.pem') })).rejects.toThrow(
      `REDIS_CA_FILE cannot be read: ${dir}/missing.pem (ENOENT)`,
    );
  });
});

function createDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'trainyard-redis-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Starts a Redis that also listens with a certificate that it signed itself. */
async function startTlsRedis(dir: string, port: number): Promise<void> {
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  await execFileAsync('openssl', [...request, '-keyout', key, '-out', cert, ...subject]);
  const tls = { 'tls-port': String(port), 'tls-cert-file': cert, 'tls-key-file': key };
  await startRedis({ settings: { ...tls, 'tls-ca-cert-file': cert, 'tls-auth-clients': 'no' } });
}
