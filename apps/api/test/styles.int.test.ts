import { describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystemOptions } from './test-system.ts';

const PNG = Buffer.alloc(5_000, 'p');
const SETS = 'resources/style_images/16_oil/selection_sets.json';

/** A system whose style 16 has an image with a caption, one without and one with an empty one. */
async function openStyles(options: TestSystemOptions = {}) {
  const system = await openTestSystem(options);
  const { objects } = system.deps;
  for (const name of ['a.png', 'b.jpg', 'c d.webp', 'notes.pdf', 'old/z.png'])
    await objects.put(`styles/16/${name}`, PNG);
  await objects.put('styles/16/a.txt', 'a hill, style_16');
  await objects.put('styles/16/c d.txt', '');
  await objects.put('styles/160/x.png', PNG);
  const send = (url: string, payload: Buffer, type: string) =>
    system.app.inject({
      method: 'PUT',
      url,
      payload,
      headers: { host: 'localhost:8787', 'content-type': type },
    });
  return { ...system, objects, send };
}

describe('the images of a style', () => {
  it('are listed from the object store with captions and selection sets', async () => {
    const { call } = await openStyles({ as: 'read' });
    const { images, captioned } = (await call('GET', '/api/styles/16/images')).json();
    expect(images.map((each: { name: string; caption: string }) => [each.name, each.caption])).toEqual([
      ['a.png', 'present'],
      ['b.jpg', 'missing'],
      ['c d.webp', 'empty'],
    ]);
    expect(captioned).toBe(1);
    const shown = await call('GET', images[0].preview_url, undefined, { authorization: '' });
    expect([shown.statusCode, shown.headers['content-type'], shown.rawPayload.equals(PNG)]).toEqual([
      200,
      'image/png',
      true,
    ]);
    expect((await call('GET', `${images[0].preview_url}x`)).json()).toMatchObject({ code: 'invalid_link' });
    const page = (await call('GET', '/api/styles/16/images?limit=1')).json();
    expect(page).toMatchObject({ total: images.length, captioned, images: [{ name: images[0].name }] });
    const rest = (await call('GET', `/api/styles/16/images?cursor=${page.next_cursor}`)).json();
    expect(rest.images.map((each: { name: string }) => each.name)).toEqual(
      images.slice(1).map((each: { name: string }) => each.name),
    );
    expect(rest.next_cursor).toBeNull();
    expect((await call('GET', '/api/styles/16/images?cursor=odd')).json()).toMatchObject({
      code: 'invalid_cursor',
    });
    expect((await call('GET', '/api/styles/7/images')).json()).toMatchObject({ code: 'subject_not_found' });
  });

  it('are uploaded by a link for one file of the announced size', async () => {
    const { call, send, objects } = await openStyles();
    const file = { name: 'new one.png', size_bytes: PNG.length };
    const upload = (await call('POST', '/api/styles/16/uploads', file)).json();
    expect(upload).toMatchObject({ method: 'PUT', headers: { 'content-type': 'image/png' } });
    expect((await send(upload.url, Buffer.from('short'), 'image/png')).statusCode).toBe(422);
    expect((await send(upload.url, PNG, 'text/html')).statusCode).toBe(422);
    expect((await send(`${upload.url}x`, PNG, 'image/png')).json()).toMatchObject({ code: 'invalid_link' });
    expect((await send(upload.url, PNG, 'image/png')).statusCode).toBe(200);
    expect((await objects.headUri(upload.uri))?.sizeBytes).toBe(PNG.length);
    expect((await send(upload.url, PNG, 'image/png')).json()).toMatchObject({ code: 'image_exists' });
    const again = async (more: object) =>
      (await call('POST', '/api/styles/16/uploads', { ...file, ...more })).json();
    expect(await again({})).toMatchObject({ status: 409, code: 'image_exists' });
    expect(await again({ name: 'new one.jpg' })).toMatchObject({ code: 'image_exists' });
    expect(await again({ replace: true })).toMatchObject({ method: 'PUT' });
    for (const bad of [
      { name: '../x.png' },
      { name: 'a/b.png' },
      { name: 'x.pdf' },
      { size_bytes: 26 * 1024 * 1024 },
      { size_bytes: 0 },
    ])
      expect(await again(bad)).toMatchObject({ status: 422, code: 'invalid_request' });
  });
});

describe('a caption', () => {
  it('is read and written by the name of its image, and a concurrent change is refused', async () => {
    const { call } = await openStyles();
    const path = '/api/styles/16/captions/a.png';
    const { text, etag } = (await call('GET', path)).json();
    expect(text).toBe('a hill, style_16');
    const saved = await call('PUT', path, { text: 'ein Hügel, style_16', etag });
    expect(saved.json()).toMatchObject({ name: 'a.png', text: 'ein Hügel, style_16' });
    expect((await call('PUT', path, { text: 'late', etag })).json()).toMatchObject({
      status: 409,
      code: 'caption_changed',
    });
    expect((await call('GET', path)).json().text).toBe('ein Hügel, style_16');
    const none = '/api/styles/16/captions/b.jpg';
    expect((await call('GET', none)).json()).toMatchObject({ status: 404, code: 'caption_not_found' });
    expect((await call('PUT', none, { text: 'first', etag: null })).statusCode).toBe(200);
    expect((await call('PUT', none, { text: 'second', etag: null })).statusCode).toBe(409);
    for (const name of ['x.png', 'a.txt', 'old%2Fz.png', '..%2F160%2Fx.png'])
      expect((await call('GET', `/api/styles/16/captions/${name}`)).statusCode).toBeGreaterThanOrEqual(404);
  });

  it('is named when it is not text', async () => {
    const { call, objects } = await openStyles();
    await objects.put('styles/16/a.txt', new Uint8Array([0xff, 0xfe, 0x00]));
    const answer = (await call('GET', '/api/styles/16/captions/a.png')).json();
    expect(answer).toMatchObject({
      code: 'corrupt_document',
      detail: expect.stringContaining('styles/16/a.txt'),
    });
  });
});

describe('the selection sets of a style', () => {
  it('are created, renamed, changed and deleted', async () => {
    const { call, objects } = await openStyles();
    const path = '/api/styles/16/selection-sets';
    const made = await call('POST', path, { name: 'Best', images: ['a.png', 's3://local/styles/16/b.jpg'] });
    expect(made.statusCode).toBe(201);
    expect(made.json()).toEqual({
      id: 2,
      name: 'Best',
      images: [objects.toUri('styles/16/a.png'), objects.toUri('styles/16/b.jpg')],
      used_by: [],
    });
    await call('POST', '/api/styles/16/training-versions', { id: 'v', name: 'v1.0', selectionSetId: 2 });
    const renamed = await call('PATCH', `${path}/2`, { name: 'Better' });
    expect(renamed.json()).toMatchObject({ id: 2, name: 'Better', used_by: ['v1.0'] });
    const { images } = (await call('GET', '/api/styles/16/images')).json();
    expect(images[0]).toMatchObject({ name: 'a.png', selection_set_ids: [2] });
    expect((await call('DELETE', `${path}/1`)).statusCode).toBe(204);
    expect((await call('GET', path)).json().selection_sets).toHaveLength(1);
    expect((await call('DELETE', `${path}/1`)).json()).toMatchObject({ code: 'selection_set_not_found' });
    expect((await call('GET', '/api/styles/7/selection-sets')).statusCode).toBe(404);
    for (const bad of [
      {},
      { name: '' },
      { images: [] },
      { images: ['https://example.com/a.png'] },
      { images: ['../a.png'] },
    ])
      expect((await call('PATCH', `${path}/2`, bad)).json()).toMatchObject({ status: 422 });
  });

  it('are named when their document is unreadable, which stays unchanged', async () => {
    const { call, objects } = await openStyles();
    for (const text of ['{"sets": [', '{"sets": 7}', '"text"']) {
      await objects.put(SETS, text);
      const answer = (await call('GET', '/api/styles/16/selection-sets')).json();
      expect(answer).toMatchObject({ code: 'corrupt_document', detail: expect.stringContaining(SETS) });
      await call('PATCH', '/api/styles/16/selection-sets/1', { name: 'x' });
      expect(new TextDecoder().decode((await objects.get(SETS))?.body)).toBe(text);
    }
  });

  it('are each named when unreadable and stay unchanged, while every other set is usable', async () => {
    const { call, objects } = await openStyles();
    const unreadable = [
      { id: 1, images: ['https://example.com/a.png'] },
      { id: '2', images: [7] },
    ];
    const others = [{ id: 'x', images: [] }, 17];
    await objects.put(SETS, JSON.stringify([...unreadable, ...others, { id: 3, images: [] }]));
    const path = '/api/styles/16/selection-sets';
    expect((await call('GET', path)).json().selection_sets).toMatchObject([{ id: 3 }]);
    for (const { id } of unreadable)
      expect((await call('PATCH', `${path}/${id}`, { name: 'x' })).json()).toMatchObject({
        code: 'catalogue_entry_unreadable',
        detail: expect.stringMatching(`${SETS}.*\\(${id}\\)`),
      });
    expect((await call('PATCH', `${path}/3`, { name: 'x' })).json()).toMatchObject({ id: 3, name: 'x' });
    const stored = JSON.parse(new TextDecoder().decode((await objects.get(SETS))?.body));
    expect(stored).toEqual([...unreadable, ...others, { id: 3, images: [], name: 'x' }]);
    expect((await call('DELETE', `${path}/1`)).statusCode).toBe(204);
  });
});
