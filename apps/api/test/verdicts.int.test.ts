import { expect, it } from 'vitest';
import { openTestSystem } from './test-system.ts';

const ROUTE = '/api/actors/0019/verdicts';

/** A system whose actor 0019 has the versions V1 to V4, of which V4 failed. */
async function openJudged() {
  const system = await openTestSystem();
  const versions = ['V1', 'V2', 'V3', 'V4'].map((name) => ({
    id: `a-${name}`,
    name,
    status: name === 'V4' ? 'failed' : 'completed',
  }));
  await system.deps.objects.put('data/actor_manifests/19_manifest.json', JSON.stringify({ versions }));
  const judge = async (...given: readonly (readonly [string, boolean | null])[]) => {
    const body = { versions: given.map(([version_id, good]) => ({ version_id, good })) };
    const answer = await system.call('POST', ROUTE, body);
    return { status: answer.statusCode, ...answer.json() };
  };
  const list = async () => {
    const { versions: listed } = (await system.call('GET', '/api/actors/19/training-versions')).json();
    const actor = (await system.call('GET', '/api/actors/0019')).json();
    return {
      verdicts: listed.map(({ verdict }: { verdict: string | null }) => verdict),
      flag: actor.custom_models_good,
      good: actor.good_version,
    };
  };
  return { judge, list };
}

it('many versions are judged at once, one of them good, and the verdicts are taken back', async () => {
  const { judge, list } = await openJudged();
  expect(await list()).toEqual({ verdicts: [null, null, null, null], flag: false, good: null });
  expect(await judge(['V1', false], ['a-V2', true], ['V4', false])).toMatchObject({
    status: 200,
    versions: [{ name: 'V1', verdict: 'not_good' }, { verdict: 'good' }, { verdict: 'not_good' }],
  });
  expect(await list()).toEqual({ verdicts: ['not_good', 'good', null, 'not_good'], flag: true, good: 'V2' });
  await judge(['V3', true]);
  expect(await list()).toMatchObject({ verdicts: ['not_good', 'not_good', 'good', 'not_good'], good: 'V3' });
  await judge(['V1', null], ['V2', null], ['V3', null], ['V4', null]);
  expect(await list()).toEqual({ verdicts: [null, null, null, null], flag: false, good: null });
});

it('verdicts of which a single one is refused change no version', async () => {
  const { judge, list } = await openJudged();
  for (const [given, status, code] of [
    [
      [
        ['V1', true],
        ['V2', true],
      ],
      422,
      'invalid_request',
    ],
    [
      [
        ['V1', false],
        ['a-V1', null],
      ],
      422,
      'invalid_request',
    ],
    [
      [
        ['V1', true],
        ['V9', false],
      ],
      404,
      'version_not_found',
    ],
    [
      [
        ['V1', false],
        ['V4', true],
      ],
      409,
      'not_completed',
    ],
    [[], 422, 'invalid_request'],
  ] as const)
    expect(await judge(...given)).toMatchObject({ status, code });
  expect(await list()).toEqual({ verdicts: [null, null, null, null], flag: false, good: null });
});
