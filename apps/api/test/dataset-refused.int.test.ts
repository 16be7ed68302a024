import type { ObjectStore } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

/** Writes six images with captions; `third` replaces the caption of the third image. */
async function writeImages(objects: ObjectStore, third: string | Uint8Array): Promise<readonly string[]> {
  const names = [1, 2, 3, 4, 5, 6].map((n) => `image_${n}`);
  for (const name of names) {
    await objects.put(`data-set/${name}.png`, name.repeat(1_000));
    await objects.put(`data-set/${name}.txt`, name === 'image_3' ? third : `a valley, ${name}, mist_hills`);
  }
  return names.map((name) => objects.toUri(`data-set/${name}.png`));
}

async function openWith(kind: 'actor' | 'style', third: string | Uint8Array) {
  const system = await openTestSystem();
  const images = await writeImages(system.deps.objects, third);
  const body = { kind, subject_id: kind === 'actor' ? '0019' : '16', trigger: 'mist_hills', images };
  return { ...system, body };
}

/** Checks the data, then expects that no way leads to a training of them. */
async function expectRefused({ call, body, deps }: Awaited<ReturnType<typeof openWith>>, code: string) {
  const report = (await call('POST', '/api/datasets/report', body)).json();
  expect([report.trainable, report.findings[0]]).toEqual([
    false,
    expect.objectContaining({
      code,
      severity: 'error',
      message: expect.stringContaining('image_3.txt'),
      hint: expect.any(String),
    }),
  ]);
  const refused = { status: 409, code: 'dataset_refused', findings: [{ code }] };
  for (const more of [{}, { force: true }, { hyperparameters: { max_train_steps: 900 } }])
    expect((await call('POST', '/api/trainings', { ...body, ...more })).json()).toMatchObject(refused);
  expect((await call('POST', '/api/trainings/preview', body)).json()).toMatchObject({
    dataset: { findings: [{ code }] },
  });
  expect((await deps.store.list({ limit: 1 })).items).toEqual([]);
}

describe('data with a known error are accepted nowhere', () => {
  it('names a caption in Windows-1252 (case 1)', async () => {
    const text = new Uint8Array([...Buffer.from('the woman'), 0x92, ...Buffer.from('s face, mist_hills')]);
    const system = await openWith('style', text);
    await expectRefused(system, 'caption_unreadable');
    const { findings } = (await system.call('POST', '/api/datasets/report', system.body)).json();
    expect(findings[0].message).toContain('image_3.txt (Windows-1252)');
  });

  it('names a trigger beyond the first line of a caption (case 3)', async () => {
    const { call, body, deps } = await openWith('style', 'a valley\nmist_hills');
    const images = body.images.slice(2, 3);
    const report = (await call('POST', '/api/datasets/report', { ...body, images })).json();
    expect(report.findings).toMatchObject([
      { code: 'trigger_beyond_first_line', severity: 'error', hint: 'Move the trigger to the first line.' },
      { code: 'few_images' },
      { code: 'caption_lines', severity: 'warning' },
    ]);
    const answer = await call('POST', '/api/trainings', { ...body, images });
    expect(answer.json()).toMatchObject({ code: 'dataset_refused' });
    await deps.objects.put('data-set/image_3.txt', '\n\n');
    await call('POST', '/api/datasets/report', { ...body, images });
    expect((await call('POST', '/api/trainings', { ...body, images })).json()).toMatchObject({
      findings: [{ code: 'caption_blank' }],
    });
  });

  it('names an empty caption of an actor and of a style (case 39)', async () => {
    for (const kind of ['actor', 'style'] as const)
      await expectRefused(await openWith(kind, ''), 'caption_empty');
  });
});

async function listCodes(call: TestSystem['call'], body: object): Promise<readonly string[]> {
  const answer = (await call('POST', '/api/trainings', body)).json();
  return (answer.findings ?? []).map(({ code }: { readonly code: string }) => code);
}

describe('a stored report', () => {
  it('refuses the same list of images only, and until it is made anew', async () => {
    const { call, body, deps } = await openWith('actor', '');
    await call('POST', '/api/datasets/report', body);
    expect(await listCodes(call, { ...body, images: body.images.toReversed() })).toEqual(['caption_empty']);
    const others = { ...body, images: body.images.slice(3) };
    expect((await call('POST', '/api/trainings', others)).statusCode).toBe(202);
    await deps.objects.put('data-set/image_3.txt', 'a valley, mist_hills');
    expect(await listCodes(call, { ...body, force: true })).toEqual(['caption_empty']);
    await call('POST', '/api/trainings/preview', body);
    expect((await call('POST', '/api/trainings', { ...body, force: true })).statusCode).toBe(202);
  });

  it('refuses the retry of a training whose data have errors', async () => {
    const { call, body } = await openWith('actor', '');
    const { id } = (await call('POST', '/api/trainings', body)).json();
    await call('POST', `/api/trainings/${id}/cancel`);
    await call('POST', '/api/datasets/report', body);
    expect((await call('POST', `/api/trainings/${id}/retry`, {})).json()).toMatchObject({
      status: 409,
      code: 'dataset_refused',
    });
  });

  it('keeps its errors about one trigger from requests with another', async () => {
    const { call, body } = await openWith('actor', 'a valley');
    await call('POST', '/api/datasets/report', body);
    expect(await listCodes(call, body)).toEqual(['trigger_mixed']);
    expect((await call('POST', '/api/trainings', { ...body, trigger: 'ohwx' })).statusCode).toBe(202);
  });

  it('is shown by the candidates, which stay unchecked without it', async () => {
    const { call, deps } = await openTestSystem();
    const find = async () => {
      const { candidates } = (await call('GET', '/api/auto-train/candidates')).json();
      return candidates.find(({ actor_id }: { readonly actor_id: string }) => actor_id === '0042');
    };
    expect(await find()).toMatchObject({ eligible: true, dataset_unchecked: true, findings: [] });
    await deps.objects.put('actors/0042/training_data/c.txt', '');
    const run = (await call('POST', '/api/auto-train/runs', { dry_run: true })).json();
    const skipped = run.skipped.find((each: { readonly actor_id: string }) => each.actor_id === '0042');
    expect(skipped.reasons).toMatchObject([
      { code: 'dataset_errors', message: expect.stringContaining('c.txt') },
    ]);
    expect(await find()).toMatchObject({
      eligible: false,
      dataset_unchecked: false,
      reasons: [{ code: 'dataset_errors' }],
      findings: [{ code: 'caption_empty' }],
    });
    const listed = (await call('GET', '/api/auto-train/candidates')).json();
    expect(listed.default_limit).toBe(2);
    expect(listed.rules).toContainEqual({
      ...{ code: 'dataset_errors', text: 'the data have known errors' },
      ...{ met: 'no known data error', label: 'data error' },
    });
    expect(listed.orders.map(({ priority }: { readonly priority: number }) => priority)).toEqual([
      100, 10, 1,
    ]);
  });

  it('is removed by a new caption of the style', async () => {
    const { call, deps } = await openTestSystem();
    await deps.objects.put('styles/16/a.png', 'a'.repeat(3_000));
    await deps.objects.put('styles/16/a.txt', '');
    const body = { kind: 'style', subject_id: '16', images: [deps.objects.toUri('styles/16/a.png')] };
    await call('POST', '/api/datasets/report', body);
    expect(await listCodes(call, body)).toEqual(['caption_empty']);
    await call('PUT', '/api/styles/16/captions/a.png', { text: 'a valley, style_16' });
    expect((await call('POST', '/api/trainings', body)).statusCode).toBe(202);
  });
});

describe('the checks of a preview', () => {
  it('report images, captions, trigger, store, callback, dispatch and a busy subject', async () => {
    const { call, body } = await openWith('actor', '');
    await call('PUT', '/api/dispatch', { paused: true });
    await call('POST', '/api/trainings', { ...body, images: body.images.slice(3) });
    const { checks } = (await call('POST', '/api/trainings/preview', body)).json();
    const states = checks.map(({ code, state }: { code: string; state: string }) => `${code} ${state}`);
    expect(states).toEqual([
      'images ok',
      'captions error',
      'trigger ok',
      'store ok',
      'callback ok',
      'dispatch warning',
      'subject_busy error',
    ]);
    expect(checks[1]).toMatchObject({
      message: expect.stringContaining('image_3.txt'),
      hint: expect.any(String),
    });
  });

  it('report a busy style like a busy actor', async () => {
    const { call, body } = await openWith('style', 'a valley, ohwx');
    await call('PUT', '/api/dispatch', { paused: true });
    expect((await call('POST', '/api/trainings', { ...body, trigger: 'ohwx' })).statusCode).toBe(202);
    const { checks } = (await call('POST', '/api/trainings/preview', { ...body, trigger: 'ohwx' })).json();
    expect(checks.at(-1)).toMatchObject({ code: 'subject_busy', state: 'error' });
  });
});

describe('errors of a request alone', () => {
  it.each([
    ['a malformed address', { images: ['ftp://x/a.png'] }, 'address_invalid'],
    ['an unsupported type', { images: ['s3://bucket/a.gif'] }, 'unsupported_type'],
    ['an extension in mixed case', { images: ['s3://bucket/a.Png'] }, 'extension_case'],
    ['equal stems', { images: ['s3://bucket/a.png', 's3://bucket/b/a.jpg'] }, 'same_name'],
    ['a trigger with a backslash', { trigger: 'a\\x41' }, 'trigger_characters'],
  ])('refuse %s, also with force, and appear in the preview', async (_, more, code) => {
    const { call } = await openTestSystem();
    const body = { kind: 'actor', subject_id: '0019', ...more };
    expect(await listCodes(call, { ...body, force: true })).toEqual([code]);
    const { dataset } = (await call('POST', '/api/trainings/preview', body)).json();
    expect(dataset.findings.map((each: { readonly code: string }) => each.code)).toContain(code);
  });
});
