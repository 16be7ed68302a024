import { describe, expect, it } from 'vitest';
import { createKeyRing, includesScope } from './keys.ts';

const ring = createKeyRing([
  { key: 'reader-key', scope: 'read' },
  { key: 'admin-key', scope: 'admin' },
]);

describe('the key ring', () => {
  it('finds a configured key with its scope', () => {
    expect(ring.match('reader-key')?.scope).toBe('read');
    expect(ring.match('admin-key')?.scope).toBe('admin');
  });

  it('does not match an empty, longer, shorter or differently spelled key', () => {
    for (const key of ['', 'reader-ke', 'reader-keys', 'READER-KEY']) expect(ring.match(key)).toBeUndefined();
  });

  it('keeps only digests of the keys', () => {
    expect(JSON.stringify(ring.match('admin-key'))).not.toContain('admin-key');
  });

  it('finds a configured key by its digest', () => {
    const { digest } = ring.match('admin-key')!;
    expect(ring.byDigest(digest)?.scope).toBe('admin');
    for (const unknown of ['invalid', '', digest.replace(/./g, 'ü')])
      expect(ring.byDigest(unknown)).toBeUndefined();
  });

  it('is not locked without keys', () => {
    expect(createKeyRing([]).locked).toBe(false);
  });
});

describe('scopes', () => {
  it('include all narrower scopes', () => {
    expect([
      includesScope('admin', 'write'),
      includesScope('write', 'read'),
      includesScope('read', 'read'),
    ]).toEqual([true, true, true]);
    expect([includesScope('read', 'write'), includesScope('write', 'admin')]).toEqual([false, false]);
  });
});
