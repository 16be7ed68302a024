import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseRedisUrl } from './address.ts';

describe('the parser of Redis URLs', () => {
  it.each([
    ['redis://127.0.0.1', { server: { host: '127.0.0.1', port: 6379 }, tls: false, database: 0 }],
    [
      'rediss://user:p%40ss@redis.example:6380/5',
      {
        server: { host: 'redis.example', port: 6380 },
        ...{ tls: true, database: 5, username: 'user', password: 'p@ss' },
      },
    ],
    ['redis://[::1]:7000/', { server: { host: '::1', port: 7000 }, tls: false, database: 0 }],
    ['redis://host?db=3', { server: { host: 'host', port: 6379 }, tls: false, database: 3 }],
    ['unix:///run/redis.sock?db=5', { server: { path: '/run/redis.sock' }, tls: false, database: 5 }],
    ['redis+unix:///run/redis.sock', { server: { path: '/run/redis.sock' }, tls: false, database: 0 }],
    [
      'unix:///run/redis.sock?username=u&password=p%26w',
      { server: { path: '/run/redis.sock' }, tls: false, database: 0, username: 'u', password: 'p&w' },
    ],
  ])('reads %s', (url, parts) => {
    expect(parseRedisUrl(url)).toEqual(parts);
  });

  it.each([
    'redis://127.0.0.1/abc',
    'redis://127.0.0.1/-1',
    'redis://127.0.0.1/1/2',
    'redis://127.0.0.1/1?db=2',
    'redis://127.0.0.1?password=hunter2',
    'redis://:hunter2',
    'redis://',
    'unix://relative/path',
    'unix://',
    'http://127.0.0.1',
    'hunter2',
  ])('refuses %s with a rule', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(/^must (be a URL that starts with|end after the host)/);
  });

  it('never takes a part of a password for host or database, encoded or not, and never prints it', () => {
    const password = fc.string({ minLength: 8, unit: 'grapheme-ascii' }).map((text) => `Zq7${text}`);
    fc.assert(
      fc.property(password, fc.boolean(), (secret, isEncoded) => {
        const url = `redis://user:${isEncoded ? encodeURIComponent(secret) : secret}@redis.example:6379/5`;
        const result = attempt(() => parseRedisUrl(url));
        if ('error' in result) {
          expect(isEncoded).toBe(false);
          expect(result.error).not.toContain('Zq7');
          return;
        }
        expect(result.value).toMatchObject({ server: { host: 'redis.example', port: 6379 }, database: 5 });
        if (isEncoded) expect(result.value.password).toBe(secret);
        expect(formatAddress({ redisUrl: url })).toBe('redis://redis.example:6379/5');
      }),
    );
  });
});

function attempt<T>(call: () => T): { readonly value: T } | { readonly error: string } {
  try {
    return { value: call() };
  } catch (error) {
    return { error: String(error) };
  }
}

it('the address of a Redis behind Sentinels names the master and the Sentinels, and no password', () => {
  const sentinels = [
    { host: '10.0.0.1', port: 26379 },
    { host: '::1', port: 26380 },
  ];
  const target = {
    redisUrl: 'redis://user:secret@ignored/5',
    sentinel: { sentinels, name: 'mymaster', password: 'secret', waitReplicas: 1 },
  };
  expect(formatAddress(target)).toBe('the master mymaster of the Sentinels 10.0.0.1:26379, [::1]:26380');
});
