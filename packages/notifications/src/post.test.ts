import { expect, it } from 'vitest';
import { hasPrivateHost } from './post.ts';

it.each([
  'http://localhost/',
  'http://LOCALHOST.:81/',
  'http://api.localhost/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://[::1]:8080/',
  'http://[::ffff:127.0.0.1]/',
  'http://[fd00::1]/',
  'https://10.0.0.1/x',
  'http://169.254.169.254/latest/meta-data',
  'http://0.0.0.0/',
  'http://100.64.0.1/',
])('hasPrivateHost detects %s as private', (url) => expect(hasPrivateHost(url)).toBe(true));

it.each([
  'https://example.com/',
  'https://8.8.8.8/',
  'http://[2606:4700:4700::1111]/',
  'http://10.example.com/',
])('hasPrivateHost leaves %s to the check at connection time', (url) =>
  expect(hasPrivateHost(url)).toBe(false),
);
