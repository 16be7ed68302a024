import { describe, expect, it } from 'vitest';
import { openTestSystem } from './test-system.ts';

function getCodes(report: { findings: readonly { code: string; severity: string }[] }) {
  return report.findings.map(({ code, severity }) => `${severity} ${code}`);
}

describe('POST /api/datasets/report', () => {
  it('reports on a subject and on a selection set', async () => {
    const { call, deps } = await openTestSystem();
    const actor = (await call('POST', '/api/datasets/report', { kind: 'actor', subject_id: '0019' })).json();
    expect(actor).toMatchObject({ subject_id: '0019', trigger: '0019 european 20 female', trainable: true });
    await deps.objects.delete('resources/style_images/16_oil/images/c.txt');
    const style = { kind: 'style', subject_id: '16', selection_set_id: 1 };
    const set = (await call('POST', '/api/datasets/report', style)).json();
    expect([getCodes(set), set.caption_count, set.trainable]).toEqual([
      ['error caption_missing', 'error trigger_mixed'],
      4,
      false,
    ]);
  });

  it('reports all faults of a list of images at once', async () => {
    const { call, deps } = await openTestSystem();
    const { objects } = deps;
    await objects.put('x/tiny.png', 'p');
    await objects.put('x/empty.png', '');
    const images = [
      objects.toUri('x/tiny.png'),
      objects.toUri('x/empty.png'),
      objects.toUri('x/gone.png'),
      objects.toUri('y/gone.jpg'),
      objects.toUri('x/notes.pdf'),
      'https://user:secret@example.com/a.png?X-Amz-Signature=abc',
      's3://another-bucket/z.png',
    ];
    const answer = await call('POST', '/api/datasets/report', { kind: 'actor', images, trigger: 'ohwx' });
    expect(getCodes(answer.json())).toEqual([
      'error address_invalid',
      'error unsupported_type',
      'error same_name',
      'error image_missing',
      'error image_unreadable',
      'error image_empty',
      'warning image_tiny',
      'advice caption_missing',
    ]);
    expect(answer.body).not.toMatch(/secret|abc/);
    expect(answer.json()).toMatchObject({ subject_id: null, image_count: 7, trainable: false });
  });

  it('leaves warnings with the accepted training', async () => {
    const { call } = await openTestSystem();
    const images = Array.from({ length: 61 }, (_, n) => `s3://bucket/${n}.png`);
    const answer = await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019', images });
    expect(answer.json()).toMatchObject({
      preset: 'XL',
      warnings: [{ message: expect.stringMatching(/curate to the best 30/i) }],
    });
  });

  it('names the missing or unknown field', async () => {
    const { call } = await openTestSystem();
    const report = async (body: object) => (await call('POST', '/api/datasets/report', body)).json().code;
    expect(await report({ kind: 'actor' })).toBe('invalid_request');
    expect(await report({ kind: 'actor', images: [] })).toBe('invalid_request');
    expect(await report({ kind: 'style', subject_id: '16' })).toBe('invalid_request');
    expect(await report({ kind: 'actor', subject_id: '7' })).toBe('subject_not_found');
    expect(await report({ kind: 'style', subject_id: '16', selection_set_id: 9 })).toBe(
      'selection_set_not_found',
    );
  });
});

describe('images outside the bucket of the object store', () => {
  const inspect = async (as: 'read' | 'write', path: string, image: string) => {
    const { call } = await openTestSystem({ as });
    const images = ['s3://local/images/a.png', image];
    return call('POST', path, { kind: 'actor', subject_id: '0019', images });
  };

  it.each(['/api/datasets/report', '/api/trainings/preview'])('require scope write at %s', async (path) => {
    for (const image of ['s3://other/a.png', 'https://other.s3.eu-west-1.amazonaws.com/a.png']) {
      const refused = await inspect('read', path, image);
      expect(refused.json()).toMatchObject({ status: 403, code: 'forbidden' });
      expect(refused.json().detail).toContain('Bucket other');
    }
    expect((await inspect('write', path, 's3://other/a.png')).statusCode).not.toBe(403);
    expect((await inspect('read', path, 's3://local/images/b.png')).statusCode).not.toBe(403);
  });
});

describe('a training', () => {
  it('is refused at accept for faults in the addresses of its images, without reading the object store', async () => {
    const { call, deps } = await openTestSystem();
    const images = ['s3://elsewhere/a/image.png', 's3://elsewhere/b/image.jpg'];
    const answer = await call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019', images });
    expect(answer.json()).toMatchObject({ status: 409, code: 'dataset_refused' });
    expect(answer.json().detail).toContain('overwrite each other in the container: image.png, image.jpg');
    expect((await deps.store.list({ limit: 1 })).items).toEqual([]);
  });

  it('is refused for a version name in use, in the preview and when the catalogue is read', async () => {
    const { call } = await openTestSystem();
    const body = { kind: 'actor', subject_id: '0019', version_name: 'V1' };
    const preview = async (more: object) => (await call('POST', '/api/trainings/preview', more)).json();
    expect(await preview(body)).toMatchObject({ version_name: 'V1' });
    await call('POST', '/api/actors/0019/training-versions', { id: 'x', name: 'V1', status: 'completed' });
    const taken = { status: 409, code: 'version_name_taken' };
    expect(await preview(body)).toMatchObject(taken);
    expect((await call('POST', '/api/trainings', body)).json()).toMatchObject(taken);
    const { version_name: _, ...unnamed } = body;
    expect(await preview(unnamed)).toMatchObject({ version_name: 'V2' });
    const images = ['s3://local/actors/0019/training_data/a.png'];
    const accepted = await call('POST', '/api/trainings', { ...body, images });
    expect(accepted.statusCode).toBe(202);
    expect((await call('GET', `/api/trainings/${accepted.json().id}/model`)).json()).toMatchObject({
      status: 409,
      code: 'wrong_state',
    });
  });
});
