import { afterEach, beforeEach, expect, it } from 'vitest';
import { openYard, type Yard } from './yard.ts';

let yard: Yard;
beforeEach(async () => {
  yard = await openYard();
});
afterEach(() => yard.close());

it('manifests that nobody can read cost their own trainings, and nobody else a slot', async () => {
  const subjects = ['bad1', 'bad2'].map((id) => ({ kind: 'actor', id }) as const);
  for (const { id } of subjects)
    await yard.deps.objects.put(`data/actor_manifests/${id}_manifest.json`, '{oops');
  const unreadable = [
    await yard.train({ subject: subjects[0]! }),
    await yard.train({ subject: subjects[1]! }),
  ];
  const sound = await yard.train();
  await yard.until(sound, 'completed');
  for (const training of unreadable)
    expect(await yard.until(training, 'failed')).toMatchObject({ failure: { code: 'corrupt_document' } });
});

it('data that failed a training stand in the history with their digest', async () => {
  const failed = await yard.train({ images: ['s3://local/images/none.png'] });
  await yard.until(failed, 'failed');
  await expect
    .poll(() => yard.deps.manifests.listVersions(failed.request.subject))
    .toMatchObject([{ status: 'failed', data_digest: expect.any(String), training_id: failed.id }]);
});
