import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Decimal digits only: `z.coerce` alone would accept `0x2`, `1e3` and `2.0`. */
const DIGITS = /^\d{1,15}$/;
const DECIMAL = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A whole number from `min` to `max`, both included. Messages of all kinds name the rule, never the value. */
export function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number, ${min} to ${max}`;
  return z.string(rule).regex(DIGITS, rule).pipe(z.coerce.number<string>(rule).min(min, rule).max(max, rule));
}

/** A whole number from `min` to `max`, or 0, which switches the rule off. */
export function wholeNumberOrZero(min: number, max: number) {
  const rule = `must be 0 or a whole number, ${min} to ${max}`;
  return z
    .string(rule)
    .regex(DIGITS, rule)
    .pipe(
      z.coerce
        .number<string>(rule)
        .max(max, rule)
        .refine((value) => value === 0 || value >= min, rule),
    );
}

/** A number above 0, at most `max`. */
export function positiveNumber(max = Number.MAX_SAFE_INTEGER) {
  const rule = `must be a number above 0, at most ${max}`;
  return z
    .string(rule)
    .regex(DECIMAL, rule)
    .pipe(z.coerce.number<string>(rule).positive(rule).max(max, rule));
}

/** A boolean: true, yes, on, 1 or false, no, off, 0, in any case. */
export const flag = z.stringbool({
  truthy: ['true', 'yes', 'on', '1'],
  falsy: ['false', 'no', 'off', '0'],
  error: 'must be true or false',
});

const LIST_RULE = 'must be a comma-separated list';

/** A comma-separated list with at least one entry. */
export const list = z
  .string(LIST_RULE)
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  )
  .pipe(z.array(z.string()).min(1, LIST_RULE));

const ORIGINS_RULE =
  'must be comma-separated origins as browsers send them, e.g. https://studio.example.com or http://localhost:5173: no path, no slash at the end, no default port, neither * nor null';

/** A comma-separated list of http and https origins in the form of the Origin header. */
export const origins = list.refine((entries) => entries.every(isOrigin), ORIGINS_RULE);

function isOrigin(entry: string): boolean {
  return /^https?:[^*]+$/.test(entry) && URL.parse(entry)?.origin === entry;
}

const PROXIES_RULE =
  'must be true, false, or comma-separated addresses and CIDR ranges of proxies, e.g. 127.0.0.1 or 10.0.0.0/8; loopback, linklocal and uniquelocal name ranges';
const PROXY_RANGES = ['loopback', 'linklocal', 'uniquelocal'];
const ADDRESS_BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/**
 * Trusted proxies in the forms of Fastify: all, none, or a comma-separated list of addresses and ranges. A number of hops
 * is refused, because it does not identify the proxy.
 */
export const trustedProxies = z.string(PROXIES_RULE).transform((text, context): boolean | string => {
  if (text === 'true' || text === 'false') return text === 'true';
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.every((entry) => PROXY_RANGES.includes(entry) || isNetwork(entry))) return entries.join(',');
  context.addIssue({ code: 'custom', message: PROXIES_RULE });
  return z.NEVER;
});

function isNetwork(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const maxBits = ADDRESS_BITS[isIP(address)];
  if (maxBits === undefined || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= maxBits);
}

/** A text that matches the pattern; `rule` describes it, e.g. «a date like 2026-06-08». */
export function text(rule = 'a text', pattern = /./s) {
  return z.string(`must be ${rule}`).regex(pattern, `must be ${rule}`);
}

/** A value of a fixed set. */
export function choice<const T extends string>(values: readonly T[]) {
  return z.enum(values, `must be one of ${values.join(', ')}`);
}

/** An absolute URL with a host and an allowed protocol. Slashes at its end are removed. */
export function url(...protocols: readonly string[]) {
  const rule = `must be a URL that starts with ${protocols.map((name) => `${name}://`).join(' or ')}`;
  return z
    .url({ protocol: new RegExp(`^(${protocols.join('|')})$`), hostname: /./, error: rule })
    .transform(trimSlashes);
}

/** The ports that `fetch` refuses before it connects (https://fetch.spec.whatwg.org/#port-blocking). */
const BLOCKED_PORTS: ReadonlySet<number> = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** An http or https URL that this process calls: its port must not be one that HTTP clients block. */
export function callableUrl() {
  return url('https', 'http').refine(
    (value) => !BLOCKED_PORTS.has(Number(new URL(value).port)),
    'must have a port that HTTP clients do not block; 443, 80 and most ports above 1023 are allowed',
  );
}

/** A key that is sent in a header: visible ASCII characters. */
export const headerKey = text(
  'a key of visible ASCII characters without blanks; copy the key again',
  /^[\x21-\x7e]+$/,
);

/** The URL of an S3-compatible server. Its messages name the value, without credentials. */
export const endpointUrl = z
  .string()
  .superRefine((value, context) => {
    if (/^https?:\/\/[^/?#@\s]+/i.test(value) && URL.canParse(value)) return;
    const host = hideCredentials(value).replace(/^\w+:\/+/, '');
    const message = `is ${quote(value)}; it must start with https:// or http://, e.g. https://${host || 'host'}`;
    context.addIssue({ code: 'custom', message });
  })
  .transform(trimSlashes);

/** The URL of the object store: s3://bucket/prefix or file:path. Its messages name the value, without credentials. */
export const storeUrl = z.string().superRefine((value, context) => {
  const remedy = findStoreUrlRemedy(value);
  if (remedy === undefined) return;
  context.addIssue({ code: 'custom', message: `is ${quote(value)}; ${remedy}` });
});

function findStoreUrlRemedy(value: string): string | undefined {
  if (/^s3:\/\/./i.test(value)) return;
  if (/^file:./i.test(value))
    return isFolderUrl(value.replace(/\?.*$/s, ''))
      ? undefined
      : 'a folder is file:/path or file:relative/path, without a host, and with % written as %25';
  if (/^https?:/i.test(value))
    return 'it must be s3://bucket/prefix, with the address of the server in S3_ENDPOINT';
  const bucket = /^[a-z0-9][a-z0-9.-]+$/.test(value) ? value : 'bucket';
  return `it must be s3://bucket/prefix or file:path, e.g. s3://${bucket}`;
}

function isFolderUrl(url: string): boolean {
  try {
    const path = /^file:\/\//i.test(url) ? fileURLToPath(url) : decodeURIComponent(url.slice('file:'.length));
    return path !== '' && !path.includes('\0');
  } catch {
    return false;
  }
}

const MAX_QUOTED_LENGTH = 100;

function quote(value: string): string {
  return JSON.stringify(hideCredentials(value).slice(0, MAX_QUOTED_LENGTH));
}

function hideCredentials(value: string): string {
  return value.replace(/^([^@]*\/\/)?[^/@]*@/, '$1').replace(/[?#].*$/s, '');
}

function trimSlashes(value: string): string {
  return value.replace(/\/+$/, '');
}

const TIME_ZONE_RULE = 'must be an IANA time zone, e.g. UTC or Europe/Berlin';

/** An IANA time zone that this Node.js knows. */
export const timeZone = z.string(TIME_ZONE_RULE).refine(isTimeZone, TIME_ZONE_RULE);

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const PATH_RULE = 'must be a path that starts with /';

/** An absolute path other than `/`. Slashes at its end are removed. */
export const absolutePath = z.string(PATH_RULE).regex(/^\/./, PATH_RULE).transform(trimSlashes);
