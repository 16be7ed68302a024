import { expect, it } from 'vitest';
import { createMemorySystem } from '../../test/memory-system.ts';
import { accept } from '../index.ts';
import { findTraining } from './find.ts';

const IDS = [
  '0199b3c0-7abc-7def-8123-00001234abcd',
  '0199b3c0-7abc-7def-8123-00005678abcd',
  '0199b3c0-7abd-7def-8123-00005678ffff',
];

async function acceptWithIds(ids: readonly string[]) {
  const { deps } = await createMemorySystem();
  for (const [at, id] of ids.entries())
    await accept(
      { ...deps, ids: { ...deps.ids, training: () => id } },
      {
        subject: { kind: 'actor', id: `00${10 + at}` },
        images: [deps.objects.toUri('images/a.png')],
        source: 'person',
      },
    );
  return deps;
}

it('a training is found by the last characters of its id, in capitals too, once they are unique', async () => {
  const deps = await acceptWithIds(IDS);
  expect((await findTraining(deps, '1234abcd')).id).toBe(IDS[0]);
  expect((await findTraining(deps, '5678FFFF')).id).toBe(IDS[2]);
  expect((await findTraining(deps, '8123-00005678abcd')).id).toBe(IDS[1]);
});

it('a short id of several trainings is refused with all of them', async () => {
  const deps = await acceptWithIds(IDS);
  const refused = findTraining(deps, 'abcd');
  await expect(refused).rejects.toMatchObject({
    code: 'training_ambiguous',
    candidates: [IDS[1], IDS[0]],
    message: `2 trainings end in abcd: ${IDS[1]}, ${IDS[0]}; pass more characters of the id`,
  });
});

it.each(['bcd', 'ffffffff', 'unknown', ''])('no training is found by %j', async (text) => {
  const deps = await acceptWithIds(IDS);
  await expect(findTraining(deps, text)).rejects.toMatchObject({ code: 'training_not_found' });
});
