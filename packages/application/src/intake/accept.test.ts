import { expect, it } from 'vitest';
import { createMemorySystem } from '../../test/memory-system.ts';
import { accept } from './accept.ts';

it('reports an unavailable Redis when Redis loses a claimed training before it is read for a replay', async () => {
  const { deps } = await createMemorySystem();
  const command = {
    subject: { kind: 'actor', id: '0001' },
    images: [deps.objects.toUri('images/a.png')],
    trigger: 'anna',
    claim: { key: 'once', fingerprint: 'body' },
  } as unknown as Parameters<typeof accept>[1];
  const { training } = await accept(deps, command);
  expect(await accept(deps, command)).toMatchObject({ replayed: true, training: { id: training.id } });
  const restored = { ...deps, store: { ...deps.store, load: async () => undefined } };
  await expect(accept(restored, command)).rejects.toMatchObject({
    code: 'redis_unavailable',
    message: expect.stringContaining(training.id),
  });
});
