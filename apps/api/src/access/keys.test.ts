import { describe, expect, it } from 'vitest';
import { createKeyRing, includesScope } from './keys.ts';

const ring = createKeyRing([
  { key: 'reader-key', scope: 'read' },
  { key: 'admin-key', scope: 'admin' },
]);

describe('the key ring', () => {
  it('knows a key and what it allows', () => {
    expect(ring.match('reader-key')?.scope).toBe('read');
    expect(ring.match('admin-key')?.scope).toBe('admin');
  });

  it('knows no other key, be it empty, longer or shorter', () => {
    for (const key of ['', 'reader-ke', 'reader-keys', 'READER-KEY']) expect(ring.match(key)).toBeUndefined();
  });

  it('keeps no key in plain words', () => {
    expect(JSON.stringify(ring.match('admin-key'))).not.toContain('admin-key');
  });

  it('finds a key again by its hash, and nothing by nonsense', () => {
    const hash = ring.match('admin-key')!.hash.toString('hex');
    expect(ring.byHash(hash)?.scope).toBe('admin');
    expect(ring.byHash('zz')).toBeUndefined();
    expect(ring.byHash('')).toBeUndefined();
  });

  it('is open without keys', () => {
    expect(createKeyRing([]).locked).toBe(false);
  });
});

describe('scopes', () => {
  it('include those below them', () => {
    expect([
      includesScope('admin', 'write'),
      includesScope('write', 'read'),
      includesScope('read', 'read'),
    ]).toEqual([true, true, true]);
    expect([includesScope('read', 'write'), includesScope('write', 'admin')]).toEqual([false, false]);
  });
});
