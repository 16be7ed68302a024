import { createCatalogueWatch } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

const SPELLINGS = ['19', '019', '0019'];

/** Replaces the catalogue by a list of actors in the shape of `0019`, whose images exist. */
async function spellActors({ deps }: TestSystem, ...ids: readonly (string | number)[]): Promise<void> {
  const [anna, ...others] = JSON.parse(
    new TextDecoder().decode((await deps.objects.get('data/actors.json'))?.body),
  );
  const actors = [...ids.map((id) => ({ ...anna, id })), ...others];
  await deps.objects.put('data/actors.json', JSON.stringify(actors));
}

function createLegacyBody(config: Readonly<Record<string, unknown>>) {
  const training_config = { mode: 'custom-actors', learning_rate: 0.0004, max_train_steps: 1500, ...config };
  return {
    input: { training_data: { s3_urls: ['s3://bucket/actors/0019/a.png'] }, training_config },
  };
}

describe('an actor that the catalogue spells 19', () => {
  it('answers as one subject under every spelling, with its stored id and its own', async () => {
    const system = await openTestSystem();
    await spellActors(system, 19);
    await system.deps.objects.put(
      'data/actor_manifests/19_manifest.json',
      JSON.stringify({ versions: [{ id: 'a', name: 'V6', status: 'completed', loraUrl: 's3://b/m' }] }),
    );
    const read = async (path: string) => {
      const answer = await system.call('GET', path);
      expect([path, answer.statusCode]).toEqual([path, 200]);
      return answer.json();
    };
    for (const id of SPELLINGS) {
      expect(await read(`/api/actors/${id}`)).toMatchObject({
        id: '0019',
        catalogue_id: '19',
        ambiguity: null,
        eligible: true,
        version_count: 1,
        imported_version_count: 1,
      });
      expect(await read(`/api/actors/${id}/training-data`)).toMatchObject({ actor_id: '0019' });
      expect((await read(`/api/actors/${id}/training-versions`)).versions).toHaveLength(1);
      const marked = await system.call('POST', `/api/actors/${id}/training-data/mark-good`, { good: true });
      expect(marked.json()).toEqual({ actor_id: '0019', training_data_good: true });
    }
    expect((await read('/api/auto-train/candidates')).candidates[0]).toMatchObject({
      actor_id: '0019',
      catalogue_id: '19',
      imported_version_count: 1,
    });
    const request = { kind: 'actor', subject_id: '19' };
    const preview = (await system.call('POST', '/api/trainings/preview', request)).json();
    expect(preview).toMatchObject({ version_name: 'V7' });
    const accepted = (await system.call('POST', '/api/trainings', request)).json();
    expect(accepted).toMatchObject({
      subject_id: '0019',
      job_id: expect.stringMatching(/^custom-actors_actor_0019_\d+$/),
    });
    for (const id of SPELLINGS) {
      const busy = await system.call('POST', '/api/trainings', { kind: 'actor', subject_id: id });
      expect(busy.json()).toMatchObject({ status: 409, code: 'subject_busy' });
      const { trainings } = await read(`/api/trainings?subject_id=${id}`);
      expect(trainings.map((each: { id: string }) => each.id)).toEqual([accepted.id]);
      expect((await read(`/api/actors/${id}`)).live_training_id).toBe(accepted.id);
    }
  });

  it('is trained once by a run that names it twice', async () => {
    const system = await openTestSystem();
    await spellActors(system, '19');
    const body = { actor_ids: ['19', '0019', '7'] };
    const run = (await system.call('POST', '/api/auto-train/runs', body)).json();
    expect(run.enqueued.map((each: { actor_id: string }) => each.actor_id)).toEqual(['0019']);
    expect(run.skipped).toMatchObject([{ actor_id: '0007', reasons: [{ code: 'subject_not_found' }] }]);
    const { order } = (await system.call('GET', `/api/auto-train/runs/${run.id}`)).json();
    expect(order.actor_ids).toEqual(['0019', '0007']);
  });

  it.each([
    [{ model_name: 'actor_19_V8', request_id: '19_1234567890' }, 'actor_0019_V8'],
    [{ model_name: 'actor_019_V8', request_id: '0019_1234567890' }, 'actor_0019_V8'],
    [{ model_name: 'my-lora', request_id: '19_1234567890' }, 'my-lora'],
  ])('is the subject of a legacy request with %j', async (config, model) => {
    const system = await openTestSystem();
    await spellActors(system, 19);
    const started = (await system.call('POST', '/api/training/start', createLegacyBody(config))).json();
    expect(started).toMatchObject({ status: 'started', model_name: model });
    expect((await system.call('GET', `/api/trainings/${started.job_id}`)).json()).toMatchObject({
      subject_id: '0019',
    });
    expect(started.job_id).toContain(`custom-actors_${model}_`);
  });
});

describe('an actor with two entries', () => {
  it('answers 409 subject_ambiguous, and every other actor stays usable (case 9)', async () => {
    const system = await openTestSystem();
    await spellActors(system, '0019', 19);
    const named = /actor 1 \(0019\) and actor 2 \(19\) are entries of one actor, 0019/;
    const toCalls = (id: string) =>
      [
        ['GET', `/api/actors/${id}`],
        ['GET', `/api/actors/${id}/training-data`],
        ['GET', `/api/actors/${id}/training-versions`],
        ['POST', `/api/actors/${id}/training-versions`, { name: 'x' }],
        ['POST', `/api/actors/${id}/mark-good`, { version_id: 'V1' }],
        ['POST', `/api/actors/${id}/training-data/mark-good`, { good: true }],
        ['POST', '/api/trainings/preview', { kind: 'actor', subject_id: id }],
        ['POST', '/api/trainings', { kind: 'actor', subject_id: id }],
        ['POST', '/api/datasets/report', { kind: 'actor', subject_id: id }],
        ['POST', '/api/training/start', createLegacyBody({ model_name: `actor_${id}_V1` })],
      ] as const;
    for (const [method, path, body] of [...toCalls('0019'), ...toCalls('19')]) {
      const answer = await system.call(method, path, body);
      expect([path, answer.statusCode, answer.json()]).toMatchObject([
        path,
        409,
        { code: 'subject_ambiguous', detail: expect.stringMatching(named) },
      ]);
    }
    const { candidates } = (await system.call('GET', '/api/auto-train/candidates')).json();
    expect(candidates.slice(0, 2)).toMatchObject([
      { actor_id: '0019', eligible: false, reasons: [{ code: 'subject_ambiguous' }] },
      { actor_id: '0042', eligible: true },
    ]);
    const run = (await system.call('POST', '/api/auto-train/runs', { actor_ids: ['19', '42'] })).json();
    expect(run.enqueued).toMatchObject([{ actor_id: '0042' }]);
    expect(run.skipped).toMatchObject([{ actor_id: '0019', reasons: [{ code: 'subject_ambiguous' }] }]);

    const watch = createCatalogueWatch(system.deps);
    await watch();
    expect((await system.call('GET', '/api/dispatch')).json().alarms).toMatchObject([
      { code: 'catalogue_ambiguous', detail: { count: 1, entries: [expect.stringMatching(named)] } },
    ]);
    await spellActors(system);
    await watch();
    expect((await system.call('GET', '/api/dispatch')).json().alarms).toEqual([]);
  });

  it('is named by the alarm when its manifests differ', async () => {
    const system = await openTestSystem();
    for (const [id, name] of [
      ['0019', 'V1'],
      ['19', 'V2'],
    ])
      await system.deps.objects.put(
        `data/actor_manifests/${id}_manifest.json`,
        JSON.stringify({ versions: [{ id: name, name }] }),
      );
    await createCatalogueWatch(system.deps)();
    const { alarms } = (await system.call('GET', '/api/dispatch')).json();
    expect(alarms).toMatchObject([
      { code: 'catalogue_ambiguous', detail: { entries: [expect.stringMatching(/19_manifest\.json/)] } },
    ]);
    const preview = await system.call('POST', '/api/trainings/preview', { kind: 'actor', subject_id: '19' });
    expect(preview.json()).toMatchObject({ status: 409, code: 'subject_ambiguous' });
    const { candidates } = (await system.call('GET', '/api/auto-train/candidates')).json();
    expect(candidates[0]).toMatchObject({ eligible: false, reasons: [{ code: 'subject_ambiguous' }] });
  });
});
