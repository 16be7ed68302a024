import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem();
});
afterEach(() => system.close());

it('an unreadable manifest fails the trainings of its own subject only and occupies no slot', async () => {
  const subjects = ['bad1', 'bad2'].map((id) => ({ kind: 'actor', id }) as const);
  for (const { id } of subjects)
    await system.deps.objects.put(`data/actor_manifests/${id}_manifest.json`, '{oops');
  const unreadable = [
    await system.accept({ subject: subjects[0]! }),
    await system.accept({ subject: subjects[1]! }),
  ];
  const sound = await system.accept();
  await system.waitForStatus(sound, 'completed');
  for (const training of unreadable)
    expect(await system.waitForStatus(training, 'failed')).toMatchObject({
      failure: { code: 'corrupt_document' },
    });
});
