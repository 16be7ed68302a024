import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem, type TestSystemOptions } from './test-system.ts';

async function paintPng(width: number, height = width): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width, height, channels: 3, background: 'gray', noise } })
    .png()
    .toBuffer();
}

const FOLDER = 'actors/0019/training_data';

interface ActorFields {
  readonly poster?: string;
  readonly images?: readonly string[];
}

/** A system whose catalogue has the actor 0019 with this poster and these images; a name is a key in its folder. */
async function openWith({ poster, images = [] }: ActorFields, options: TestSystemOptions = {}) {
  const system = await openTestSystem(options);
  const { objects } = system.deps;
  const s3_urls = images.map((name) => (name.includes(':') ? name : objects.toUri(`${FOLDER}/${name}`)));
  const actor = { id: '0019', ...(poster !== undefined && { poster }), training_data: { s3_urls } };
  await objects.put('data/actors.json', JSON.stringify([actor]));
  return system;
}

async function getImage({ call }: TestSystem, name: string, query = '') {
  return call('GET', `/api/actors/0019/images/${encodeURIComponent(name)}${query}`);
}

/** Sends a path as it is: `inject` and `fetch` resolve dots before they send it. */
async function getRaw({ app }: TestSystem, path: string): Promise<string> {
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  return new Promise((resolve, reject) => {
    get({ port, path, host: '127.0.0.1' }, (response) => resolve(text(response))).on('error', reject);
  });
}

const SAFE = {
  'content-security-policy': 'sandbox',
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, max-age=86400',
};

describe('the poster', () => {
  it('is served as the original and resized, and not sent again while it is unchanged', async () => {
    const system = await openWith({ poster: 'posters/0019.png' });
    const { call, deps } = system;
    const png = await paintPng(400, 500);
    await deps.objects.put('posters/0019.png', png);
    const original = await call('GET', '/api/actors/19/poster');
    expect(original.rawPayload.equals(png)).toBe(true);
    expect(original.headers).toMatchObject({ 'content-type': 'image/png', ...SAFE });
    for (const width of [96, 320, 640]) {
      const address = `/api/actors/0019/poster?w=${width}`;
      const { headers, rawPayload } = await call('GET', address);
      expect(headers).toMatchObject({ 'content-type': 'image/webp', ...SAFE });
      expect(await sharp(rawPayload).metadata()).toMatchObject({
        format: 'webp',
        width: Math.min(width, 400),
      });
      const again = await call('GET', address, undefined, { 'if-none-match': String(headers.etag) });
      expect([again.statusCode, again.rawPayload.length, again.headers.etag]).toEqual([304, 0, headers.etag]);
      await deps.objects.put('posters/0019.png', await paintPng(400));
      expect(
        (await call('GET', address, undefined, { 'if-none-match': String(headers.etag) })).statusCode,
      ).toBe(200);
      await deps.objects.put('posters/0019.png', png);
    }
    for (const query of ['w=95', 'w=0', 'w=-96', 'w=96&w=320', 'w=', 'h=96'])
      expect((await call('GET', `/api/actors/0019/poster?${query}`)).json()).toMatchObject({
        code: 'invalid_request',
      });
  });

  it('is found at an address in each form of the catalogue', async () => {
    const { call, deps } = await openTestSystem();
    const key = 'posters/ü.png';
    const uri = deps.objects.toUri(key);
    const url = `https://${uri.split('/')[2]}.s3.amazonaws.com/${key.replace('ü', '%C3%BC')}`;
    await deps.objects.put(key, await paintPng(20));
    for (const poster of [key, `/${key}`, uri, url]) {
      await deps.objects.put('data/styles.json', JSON.stringify([{ id: '16', poster }]));
      expect((await call('GET', '/api/styles/16/poster?w=96')).headers, poster).toMatchObject({
        'content-type': 'image/webp',
      });
    }
  });

  it('is not found, with the reason, where its address leads elsewhere or nowhere', async () => {
    const { call, deps } = await openTestSystem();
    const reasons = [
      [undefined, 'actor 0019 has no poster in the catalogue'],
      ['', 'actor 0019 has no poster in the catalogue'],
      ['posters/deleted.png', 'its file is not in the object store'],
      ['s3://foreign-bucket/data/actors.json', 'the catalogue names bucket foreign-bucket'],
      ['https://example.com/poster.png', 'a web address outside the object store'],
      ['http://169.254.169.254/latest/meta-data', 'the address in the catalogue is unusable'],
      ['file:///etc/passwd', 'the address in the catalogue is unusable'],
      ['C:\\Users\\ana\\poster.png', 'the address in the catalogue is unusable'],
      ['data:image/svg+xml,<svg/>', 'the address in the catalogue is unusable'],
      ['../../etc/passwd', 'the address in the catalogue is unusable'],
      ['posters/._0019.png', 'it is a hidden file of an operating system'],
    ] as const;
    for (const [poster, reason] of reasons) {
      await deps.objects.put('data/actors.json', JSON.stringify([{ id: '0019', poster }]));
      const { status, code, detail } = (await call('GET', '/api/actors/0019/poster')).json();
      expect([poster, status, code]).toEqual([poster, 404, 'picture_not_found']);
      expect(detail).toContain('Picture poster not found: ');
      expect(detail).toContain(reason);
    }
  });

  it('of an unknown subject is not found', async () => {
    const { call } = await openTestSystem();
    for (const kind of ['actors', 'styles'])
      for (const path of ['poster', 'images/a.png'])
        expect((await call('GET', `/api/${kind}/7777/${path}`)).json()).toMatchObject({
          code: 'subject_not_found',
        });
  });
});

describe('the images of an actor', () => {
  it('are listed by name with size, caption and fault, a page at a time', async () => {
    const foreign = 's3://foreign-bucket/a/portrait.png';
    const system = await openWith({ images: ['10.png', '2.png', '3.png', foreign, 'ftp://x/4.png'] });
    const { call, deps } = system;
    for (const name of ['2.png', '3.png']) await deps.objects.put(`${FOLDER}/${name}`, 'x'.repeat(10));
    await deps.objects.put(`${FOLDER}/2.txt`, 'a portrait');
    await deps.objects.put(`${FOLDER}/3.txt`, '');
    const { images, total, next_cursor } = (await call('GET', '/api/actors/0019/images')).json();
    expect([total, next_cursor]).toEqual([5, null]);
    expect(images).toMatchObject([
      {
        name: '2.png',
        uri: deps.objects.toUri(`${FOLDER}/2.png`),
        size_bytes: 10,
        caption: 'present',
        fault: null,
      },
      { name: '3.png', size_bytes: 10, caption: 'empty', fault: null },
      { name: '4.png', uri: 'ftp://x/4.png', size_bytes: null, caption: 'missing' },
      { name: '10.png', size_bytes: null, caption: 'missing', fault: 'its file is not in the object store' },
      { name: 'portrait.png', uri: foreign, fault: expect.stringContaining('bucket foreign-bucket') },
    ]);
    const page = (await call('GET', '/api/actors/0019/images?limit=2')).json();
    const rest = (await call('GET', `/api/actors/0019/images?limit=3&cursor=${page.next_cursor}`)).json();
    expect([...page.images, ...rest.images]).toEqual(images);
    expect((await call('GET', '/api/actors/0019/images?cursor=x')).json()).toMatchObject({
      code: 'invalid_cursor',
    });
    for (const name of ['portrait.png', '10.png', '4.png'])
      expect((await getImage(system, name)).json()).toMatchObject({ status: 404, code: 'picture_not_found' });
  });

  it('are served under every name that a key may have', async () => {
    const names = [
      'größe +1 #2.png',
      'u\u0308.png',
      'a%2Fb.png',
      'a&b=c?d.png',
      '100%.png',
      `${'n'.repeat(200)}.png`,
      "';--.png",
    ];
    const system = await openWith({ images: names });
    const png = await paintPng(8);
    for (const name of names) {
      await system.deps.objects.put(`${FOLDER}/${name}`, png);
      await system.deps.objects.put(`${FOLDER}/${name.slice(0, -4)}.txt`, `caption of ${name}`);
    }
    const { images } = (await system.call('GET', '/api/actors/0019/images')).json();
    expect(images.map(({ name }: { name: string }) => name).toSorted()).toEqual(names.toSorted());
    for (const { name, fault } of images) {
      const { statusCode, rawPayload } = await getImage(system, name);
      expect([name, fault, statusCode, rawPayload.equals(png)]).toEqual([name, null, 200, true]);
      const caption = await system.call('GET', `/api/actors/0019/captions/${encodeURIComponent(name)}`);
      expect(caption.json()).toMatchObject({ name, text: `caption of ${name}` });
    }
    expect((await getImage(system, 'ü.png')).statusCode).toBe(200);
  });

  it('that share their file name differ by their keys', async () => {
    const system = await openWith({});
    const { objects } = system.deps;
    const keys = ['actors/0019/one/a.png', 'actors/0019/two/a.png'];
    const pictures = await Promise.all([paintPng(8), paintPng(9)]);
    for (const [index, key] of keys.entries()) await objects.put(key, pictures[index]!);
    const actor = { id: '0019', training_data: { s3_urls: keys.map(objects.toUri) } };
    await objects.put('data/actors.json', JSON.stringify([actor]));
    for (const [index, key] of keys.entries())
      expect((await getImage(system, key)).rawPayload.equals(pictures[index]!)).toBe(true);
    expect((await getImage(system, 'a.png')).json()).toMatchObject({ code: 'picture_not_found' });
  });

  it('are the only files that are served', async () => {
    const system = await openWith({ images: ['a.png', '._a.png'] });
    const { objects } = system.deps;
    for (const key of [`${FOLDER}/other.png`, `${FOLDER}/._a.png`, 'secret.png', 'data/secret.png'])
      await objects.put(key, await paintPng(8));
    await objects.put(`${FOLDER}/other.txt`, 'secret');
    const names = [
      'other.png',
      '._a.png',
      '../secret.png',
      '../../../data/secret.png',
      `${FOLDER}/other.png`,
    ];
    for (const name of [
      ...names,
      objects.toUri(`${FOLDER}/other.png`),
      'A.PNG',
      'a.png/',
      '%2e%2e%2fsecret.png',
    ]) {
      expect([name, (await getImage(system, name)).statusCode]).toEqual([name, 404]);
      const caption = await system.call('GET', `/api/actors/0019/captions/${encodeURIComponent(name)}`);
      expect([name, caption.json().code]).toEqual([name, 'image_not_found']);
    }
    const { detail } = (await getImage(system, 'other.png')).json();
    expect(detail).toBe('Picture other.png not found: actor 0019 has no image of this name in the catalogue');
    expect((await getImage(system, 'a\u0000.png')).statusCode).toBe(422);
    expect(JSON.parse(await getRaw(system, '/api/actors/0019/images/..'))).toMatchObject({
      code: 'picture_not_found',
    });
  });

  it('are served only with the content of a picture within the bounds', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const files = {
      'svg.png': Buffer.from(svg),
      'page.jpg': Buffer.from('<!doctype html><script>alert(1)</script>'),
      'gif.png': Buffer.from('GIF89a\u0001\u0000\u0001\u0000'),
      'empty.png': Buffer.alloc(0),
      'short.png': Buffer.from('\x89PNG', 'latin1'),
      'wide.png': await sharp({ create: { width: 10_000, height: 5_100, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
      'large.png': Buffer.concat([await paintPng(8), Buffer.alloc(25 * 1024 ** 2)]),
    };
    const broken = { 'cut.png': (await paintPng(64)).subarray(0, 900) };
    const system = await openWith({ images: [...Object.keys(files), ...Object.keys(broken)] });
    for (const [name, body] of Object.entries({ ...files, ...broken }))
      await system.deps.objects.put(`${FOLDER}/${name}`, body);
    for (const name of Object.keys(files))
      for (const query of ['', '?w=96'])
        expect([name, query, (await getImage(system, name, query)).json().code]).toEqual([
          name,
          query,
          'picture_unusable',
        ]);
    expect((await getImage(system, 'cut.png', '?w=96')).json()).toMatchObject({
      status: 422,
      detail: expect.stringContaining('Picture cut.png is not served: it cannot be decoded'),
    });
  });

  it('have the type of their content, whatever their name is', async () => {
    const types = {
      'a.png': await sharp(await paintPng(8))
        .jpeg()
        .toBuffer(),
      'b.jpg': await sharp(await paintPng(8))
        .webp()
        .toBuffer(),
      'c.webp': await paintPng(8),
    };
    const system = await openWith({ images: Object.keys(types) });
    const found: unknown[] = [];
    for (const [name, body] of Object.entries(types)) {
      await system.deps.objects.put(`${FOLDER}/${name}`, body);
      found.push((await getImage(system, name)).headers['content-type']);
    }
    expect(found).toEqual(['image/jpeg', 'image/webp', 'image/png']);
  });

  it('are answered with 503 and Retry-After while no decoder is free; originals need none', async () => {
    const system = await openWith({ images: ['a.png'] }, { limits: { decodings: 0, decodeWaitMs: 1 } });
    await system.deps.objects.put(`${FOLDER}/a.png`, await paintPng(8));
    const busy = await getImage(system, 'a.png', '?w=96');
    expect([busy.json().code, busy.statusCode, busy.headers['retry-after']]).toEqual([
      'pictures_busy',
      503,
      '2',
    ]);
    expect((await getImage(system, 'a.png')).statusCode).toBe(200);
  });

  it('need the scope read', async () => {
    const { app, call } = await openTestSystem({ as: 'read' });
    expect((await call('GET', '/api/actors/0019/images')).statusCode).toBe(200);
    for (const url of ['/api/actors/0019/images', '/api/actors/0019/poster', '/api/actors/0019/images/a.png'])
      expect((await app.inject({ url, headers: { host: 'localhost' } })).statusCode).toBe(401);
  });
});

describe('the captions of an actor', () => {
  it('state whether the image or its caption is missing, or the caption is unreadable', async () => {
    const system = await openWith({ images: ['x.png', 'b.png'] });
    await system.deps.objects.put(`${FOLDER}/b.txt`, Buffer.from([0xff, 0xfe, 0x41, 0x00]));
    const read = async (name: string) =>
      (await system.call('GET', `/api/actors/0019/captions/${name}`)).json();
    expect(await read('x.png')).toMatchObject({ status: 404, code: 'caption_not_found' });
    expect(await read('y.png')).toMatchObject({ status: 404, code: 'image_not_found' });
    expect(await read('b.png')).toMatchObject({
      code: 'corrupt_document',
      detail: expect.stringContaining('UTF-8'),
    });
  });
});

describe('the images of a style', () => {
  it('are the only files that are served', async () => {
    const { call, deps } = await openTestSystem();
    const png = await paintPng(8);
    for (const name of ['größe #1.png', '._a.png', 'notes.txt', 'sub/b.png'])
      await deps.objects.put(`styles/16/${name}`, png);
    await deps.objects.put('styles/secret.png', png);
    const get = async (name: string) => call('GET', `/api/styles/16/images/${encodeURIComponent(name)}`);
    expect((await get('größe #1.png')).rawPayload.equals(png)).toBe(true);
    for (const name of ['._a.png', 'notes.txt', 'sub/b.png', '../secret.png', 'missing.png', 'a//b.png'])
      expect([name, (await get(name)).json()]).toMatchObject([
        name,
        { status: 404, code: 'picture_not_found' },
      ]);
  });
});
