import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem();
});
afterEach(() => system.close());

it('manifests that nobody can read cost their own trainings, and nobody else a slot', async () => {
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

it('data that failed a training stand in the history with their digest', async () => {
  const failed = await system.accept({ images: ['s3://local/images/none.png'] });
  await system.waitForStatus(failed, 'failed');
  await expect
    .poll(() => system.deps.manifests.listVersions(failed.request.subject))
    .toMatchObject([{ status: 'failed', data_digest: expect.any(String), training_id: failed.id }]);
});
