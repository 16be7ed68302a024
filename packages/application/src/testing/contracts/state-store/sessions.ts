import { describe, expect, it } from 'vitest';
import { MAX_SESSIONS } from '../../../ports/sessions.ts';
import type { StateStoreFixture } from './fixture.ts';

const HOUR_MS = 3_600_000;

/** Sessions of browsers. */
export function testSessions(on: StateStoreFixture): void {
  describe('sessions', () => {
    testLifetime(on);
    testLimits(on);
  });
}

function testLifetime(on: StateStoreFixture): void {
  it('finds an open session until it is ended', async () => {
    const { sessions, now } = on.handle;
    const opened = await sessions.open('s', 'key-1', HOUR_MS);
    expect(opened.keyDigest).toBe('key-1');
    expect(Math.abs(opened.expiresAt - now() - HOUR_MS)).toBeLessThan(60_000);
    expect(await sessions.find('s')).toEqual(opened);
    expect(await sessions.find('unknown')).toBeUndefined();
    await sessions.end('s');
    await sessions.end('unknown');
    expect(await sessions.find('s')).toBeUndefined();
  });

  it('does not find an expired session, and renews it by a repeated call', async () => {
    const { sessions, sleep } = on.handle;
    await sessions.open('s', 'key-1', 1);
    await sleep(5);
    expect(await sessions.find('s')).toBeUndefined();
    await sessions.open('s', 'key-1', HOUR_MS);
    expect(await sessions.find('s')).toMatchObject({ keyDigest: 'key-1' });
  });
}

function testLimits(on: StateStoreFixture): void {
  it('ends the oldest session above the limit', async () => {
    const { sessions, sleep } = on.handle;
    await sessions.open('oldest', 'key-1', HOUR_MS);
    await sleep(5);
    const ids = Array.from({ length: MAX_SESSIONS }, (_, index) => `s${index}`);
    await Promise.all(ids.slice(1).map((id) => sessions.open(id, 'key-1', HOUR_MS)));
    expect(await sessions.find('oldest')).toBeDefined();
    await sessions.open('s0', 'key-1', HOUR_MS);
    expect(await sessions.find('oldest')).toBeUndefined();
    const found = await Promise.all(ids.map((id) => sessions.find(id)));
    expect(found.filter((session) => session === undefined)).toEqual([]);
  });

  it('ends the sessions of removed keys', async () => {
    const { sessions } = on.handle;
    for (const [id, key] of [
      ['a', 'key-1'],
      ['b', 'key-2'],
      ['c', 'key-3'],
    ] as const)
      await sessions.open(id, key, HOUR_MS);
    expect(await sessions.retainKeys(['key-2', 'key-3'])).toBe(1);
    expect(await sessions.find('a')).toBeUndefined();
    expect(await sessions.find('b')).toMatchObject({ keyDigest: 'key-2' });
    expect(await sessions.retainKeys([])).toBe(2);
    expect(await sessions.retainKeys([])).toBe(0);
  });
}
