import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPathSchema } from './next-path.ts';

const SERVER = 'https://trainyard.example.com';

describe('the path after the login', () => {
  it.each([
    ['/', '/'],
    ['/docs', '/docs'],
    ['/admin/queues/queue/trainings?status=active', '/admin/queues/queue/trainings?status=active'],
    ['/actors/0019?tab=images&q=a%20b#top', '/actors/0019?tab=images&q=a%20b#top'],
    ['/trainings?q=100%&from=2026-11-30T10:00', '/trainings?q=100%&from=2026-11-30T10:00'],
    ['/actors/zoë', '/actors/zo%C3%AB'],
    ['/a/../docs', '/docs'],
  ])('keeps %s', (value, path) => {
    expect(nextPathSchema.parse(value)).toBe(path);
  });

  it.each([
    undefined,
    ['/docs', '/docs'],
    '',
    'docs',
    'admin/queues',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/a\\b',
    '/%2Fevil.example',
    '/%2f/evil.example',
    '/%5Cevil.example',
    '/%252Fevil.example',
    '/%25252fevil.example',
    '/%2F%zz',
    '/.//evil.example',
    '/..//evil.example',
    '/./%2Fevil.example',
    '/%2e/%2fevil.example',
    '/..%2f/evil.example',
    '/a/..//evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/docs\r\nset-cookie: a=b',
    '/docs%0d%0aset-cookie:%20a=b',
    '/docs%00',
    '/%09/evil.example',
    '\u0000/docs',
    ' /docs',
    'https://evil.example',
    'https:/evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '@evil.example',
    '.evil.example',
    `/${'a'.repeat(2_048)}`,
  ])('replaces %j by /', (value) => {
    expect(nextPathSchema.parse(value)).toBe('/');
  });

  it('never leads to a different server, however often it is decoded', () => {
    const pieces = [
      '/',
      '\\',
      '.',
      '..',
      '%2f',
      '%5c',
      '%25',
      '%2e',
      '%0a',
      '\t',
      '\n',
      '@',
      ':',
      '?',
      '#',
      'evil.example',
    ];
    const value = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          value,
          value.map((rest) => `/${rest}`),
          fc.webUrl(),
          fc.string(),
        ),
        (text) => {
          for (let path: string = nextPathSchema.parse(text), times = 0; times < 4; times += 1) {
            expect(path).toMatch(/^\/(?![/\\])[^\p{Cc}]*$/u);
            expect(new URL(path, SERVER).origin).toBe(SERVER);
            path = path.replace(/%[0-7][0-9a-f]/gi, decodeURIComponent);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
