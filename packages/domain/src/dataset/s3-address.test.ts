import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { S3AddressError } from '../errors.ts';
import { normalizeS3Address, parseS3Uri } from './s3-address.ts';

function normalizeUrl(url: string, ...customEndpoints: string[]) {
  return normalizeS3Address(url, { customEndpoints }).uri;
}

const hosts = [
  's3.amazonaws.com',
  's3.us-west-1.amazonaws.com',
  's3-us-west-2.amazonaws.com',
  's3.dualstack.eu-central-1.amazonaws.com',
  's3-fips.us-gov-west-1.amazonaws.com',
  's3-fips.dualstack.us-east-1.amazonaws.com',
  's3-accelerate.amazonaws.com',
  's3-accelerate.dualstack.amazonaws.com',
  's3-external-1.amazonaws.com',
  's3.cn-north-1.amazonaws.com.cn',
];

describe('the normalization of S3 addresses', () => {
  it.each(hosts)('parses virtual-hosted and path-style addresses at %s', (host) => {
    expect(normalizeUrl(`https://my-bucket.${host}/a/b.png`)).toBe('s3://my-bucket/a/b.png');
    expect(normalizeUrl(`https://my.dotted.bucket.${host}/a/b.png`)).toBe('s3://my.dotted.bucket/a/b.png');
    expect(normalizeUrl(`https://${host}/my-bucket/a/b.png`)).toBe('s3://my-bucket/a/b.png');
  });

  it('drops the query of a presigned address and the default port', () => {
    const url = 'HTTPS://My-Bucket.S3.amazonaws.com:443/a.png?X-Amz-Signature=abc&X-Amz-Expires=60';
    expect(normalizeUrl(url)).toBe('s3://my-bucket/a.png');
  });

  it.each([
    ['a%2Bb.png', 'a+b.png'],
    ['a+b%2B.png', 'a b+.png'],
    ['a%20b.png', 'a b.png'],
    ['a b.png', 'a b.png'],
    ['%C3%A9%E2%82%AC.png', 'é€.png'],
    ['é.png', 'é.png'],
    ['a%2Fb.png', 'a/b.png'],
    ['a%252Fb.png', 'a%2Fb.png'],
    ['a%3Fb%23c.png', 'a?b#c.png'],
  ])('decodes %s exactly once', (path, key) => {
    expect(normalizeS3Address(`https://bucket.s3.amazonaws.com/${path}`).key).toBe(key);
  });

  it('does not decode an s3:// address', () => {
    expect(normalizeUrl('s3://bucket/a%20b+c?d#e.png')).toBe('s3://bucket/a%20b+c?d#e.png');
  });

  it('reads a plus in a URL of Amazon’s console as a blank (case 13)', () => {
    const host = 'https://my-bucket.s3.eu-central-1.amazonaws.com';
    expect(normalizeUrl(`${host}/my+photos/image+1.png`)).toBe('s3://my-bucket/my photos/image 1.png');
    expect(normalizeUrl(`${host}/my+photos/image+1%2B2.png`)).toBe('s3://my-bucket/my photos/image 1+2.png');
    expect(normalizeUrl(`${host}/my%20photos/image%201.png`)).toBe('s3://my-bucket/my photos/image 1.png');
    const minio = 'http://127.0.0.1:9000';
    expect(normalizeUrl(`${minio}/my-bucket/a+b.png`, minio)).toBe('s3://my-bucket/a+b.png');
  });

  it.each([
    [
      'https://nyc3.digitaloceanspaces.com',
      'https://my-bucket.nyc3.digitaloceanspaces.com/a+b.png',
      'a+b.png',
    ],
    [
      'https://nyc3.digitaloceanspaces.com',
      'https://my-bucket.nyc3.cdn.digitaloceanspaces.com/a.png',
      'a.png',
    ],
    [
      'https://s3.us-west-004.backblazeb2.com',
      'https://my-bucket.s3.us-west-004.backblazeb2.com/a.png',
      'a.png',
    ],
    [
      'https://s3.us-west-004.backblazeb2.com',
      'https://f004.backblazeb2.com/file/my-bucket/a+b.png',
      'a b.png',
    ],
    [
      'https://0123456789abcdef.r2.cloudflarestorage.com',
      'https://my-bucket.0123456789abcdef.r2.cloudflarestorage.com/a.png',
      'a.png',
    ],
    ['http://minio:9000', 'http://my-bucket.minio:9000/a%20b.png?X-Amz-Date=1', 'a b.png'],
  ])('finds the bucket in the address that the store at %s writes: %s', (endpoint, url, key) => {
    expect(normalizeUrl(url, endpoint)).toBe(`s3://my-bucket/${key}`);
    expect(() => normalizeUrl(url, 'https://elsewhere.example')).toThrow(S3AddressError);
  });

  it.each(['s3://Actor-Photos/a.png', 's3://actor_photos/a.png', `s3://${'b'.repeat(255)}/a.png`])(
    'accepts the name of the old bucket in %s',
    (uri) => {
      expect(normalizeUrl(uri)).toBe(uri);
      const path = uri.slice('s3:/'.length);
      expect(normalizeUrl(`https://s3.amazonaws.com${path}`)).toBe(uri);
      expect(normalizeUrl(`http://minio:9000${path}`, 'http://minio:9000')).toBe(uri);
    },
  );

  it('parses path-style addresses only below a configured endpoint', () => {
    const endpoint = 'http://127.0.0.1:9000';
    expect(normalizeUrl(`${endpoint}/bucket/a%20b.png?x=1`, endpoint)).toBe('s3://bucket/a b.png');
    expect(
      normalizeUrl('https://minio.example.com/s3/bucket/a.png', 'https://minio.example.com:443/s3/'),
    ).toBe('s3://bucket/a.png');
    expect(() => normalizeUrl('http://127.0.0.1:9001/bucket/a.png', endpoint)).toThrow(S3AddressError);
  });

  it.each([
    ['', /not an s3/],
    ['bucket/a.png', /not an s3/],
    ['ftp://bucket/a.png', /not an s3/],
    ['http://bucket.s3.amazonaws.com/a.png', /only s3:\/\/ and https/],
    ['https://example.com/a.png', /neither Amazon S3/],
    ['https://bucket.s3.amazonaws.com.evil.example/a.png', /neither Amazon S3/],
    ['https://bucket.s3.amazonaws.com:8443/a.png', /neither Amazon S3/],
    ['https://bucket.s3-website-us-east-1.amazonaws.com/a.png', /s3-website/],
    ['https://bucket.s3-website.eu-central-1.amazonaws.com/a.png', /s3-website/],
    ['https://bucket.s3.amazonaws.com/', /no object/],
    ['https://s3.amazonaws.com/bucket', /no object/],
    ['https://s3.amazonaws.com/', /no bucket/],
    ['https://s3.amazonaws.com/Bad+Bucket/a.png', /bucket name/],
    ['s3://.bucket/a.png', /bucket name/],
    ['s3://my..bucket/a.png', /bucket name/],
    ['https://s3.amazonaws.com/192.168.0.1/a.png', /bucket name/],
    ['https://bucket.s3.amazonaws.com/%zz.png', /percent-encoding is broken at %zz$/],
    ['https://bucket.s3.amazonaws.com/%20/%E9.png', /percent-encoding is broken at %E9$/],
    ['https://bucket.s3.amazonaws.com/100%.png', /percent-encoding is broken at %\.p$/],
    ['https://bucket.s3.amazonaws.com/a%0Ab.png', /control character/],
    ['https://bucket.s3.amazonaws.com/a%C2%85b.png', /control character/],
    ['s3://bucket/a\u0080.png', /control character/],
    ['https://bucket.s3.amazonaws.com/a/%2E%2E/b.png', /path part/],
    ['https://bucket.s3.amazonaws.com/a#b.png', /fragment/],
    ['s3://bucket', /no object/],
    ['s3:///a.png', /no bucket/],
    ['s3:bucket/a.png', /not an s3/],
    ['s3://b/a.png', /bucket name/],
    [`s3://bucket/${'é'.repeat(513)}`, /longer than 1024 bytes/],
    ['s3://bucket/\ud800.png', /Unicode/],
  ])('rejects %j', (url, reason) => {
    expect(() => normalizeS3Address(url)).toThrow(reason);
  });

  it('names the rejected address without credentials', () => {
    for (const url of [
      'https://example.com/a.png?X-Amz-Signature=secret',
      'https://me:secret@example.com/a.png',
    ]) {
      expect(() => normalizeS3Address(url)).toThrow(
        expect.objectContaining({ url: 'https://example.com/a.png' }),
      );
      expect(() => normalizeS3Address(url)).not.toThrow(/secret/);
    }
  });
});

const bucket = fc
  .stringMatching(/^[a-z0-9][a-z0-9.-]{1,30}[a-z0-9]$/)
  .filter((name) => !name.includes('..') && !/^[\d.]+$/.test(name) && !/(^|\.)s3/.test(name));
const part = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  // The parser rejects every control character, those of C1 included.
  .filter((text) => !/[\p{Cc}/]/u.test(text) && text !== '.' && text !== '..');
const key = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

/** A path as a store writes it: blanks as `+` or `%20`, every other reserved character escaped or plain. */
function encodePath(k: string, blank: '+' | '%20'): string {
  const encodePart = (text: string) => encodeURIComponent(text).replaceAll('%20', blank);
  return k.split('/').map(encodePart).join('/');
}

describe('every S3 address', () => {
  it('has the same bucket and key in every form of a store', () => {
    const endpoints = fc.constantFrom(
      'https://minio.example.com:9000',
      'https://nyc3.digitaloceanspaces.com',
    );
    fc.assert(
      fc.property(bucket, key, endpoints, (b, k, endpoint) => {
        const [amazon, path] = [encodePath(k, '+'), encodePath(k, '%20')];
        const host = endpoint.replace('https://', '');
        const forms = [
          `https://${b}.s3.eu-central-1.amazonaws.com/${amazon}`,
          `https://s3.amazonaws.com/${b}/${amazon}`,
          `${endpoint}/${b}/${path}`,
          `https://${b}.${host}/${path}`,
          `https://${b}.nyc3.cdn.digitaloceanspaces.com/${path}`,
          `https://f004.backblazeb2.com/file/${b}/${amazon}`,
        ];
        const customEndpoints = [
          endpoint,
          'https://nyc3.digitaloceanspaces.com',
          'https://s3.us-west-004.backblazeb2.com',
        ];
        for (const form of forms)
          expect(normalizeS3Address(form, { customEndpoints }).uri).toBe(`s3://${b}/${k}`);
      }),
    );
  });

  it('has the same bucket and key in every form', () => {
    fc.assert(
      fc.property(bucket, key, fc.constantFrom(...hosts), (b, k, host) => {
        const path = k.split('/').map(encodeURIComponent).join('/');
        const wanted = { bucket: b, key: k, uri: `s3://${b}/${k}` };
        expect(normalizeS3Address(`https://${b}.${host}/${path}?X-Amz-Date=1`)).toEqual(wanted);
        expect(normalizeS3Address(`https://${host}/${b}/${path}`)).toEqual(wanted);
        expect(parseS3Uri(wanted.uri)).toEqual(wanted);
      }),
    );
  });

  it('is unchanged by a second normalization', () => {
    fc.assert(
      fc.property(bucket, key, (b, k) => {
        const once = normalizeS3Address(`s3://${b}/${k}`);
        expect(normalizeS3Address(once.uri)).toEqual(once);
      }),
    );
  });

  it('is either parsed or rejected with a typed error without its query', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true })), (text) => {
        try {
          expect(normalizeS3Address(text).uri).toMatch(/^s3:\/\//);
        } catch (error) {
          expect(error).toBeInstanceOf(S3AddressError);
          if (!/^s3:/i.test(text)) expect((error as S3AddressError).url).not.toContain('?');
        }
      }),
    );
  });
});
