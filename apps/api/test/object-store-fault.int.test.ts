import { rename } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { openTestSystem } from './test-system.ts';

it('a fault of the object store appears in the words of the store in readiness, dispatch and each queued training', async () => {
  const system = await openTestSystem();
  const { id } = (await system.call('POST', '/api/trainings', { kind: 'actor', subject_id: '0019' })).json();
  const read = async (url: string) => (await system.call('GET', url)).json();
  expect((await read(`/api/trainings/${id}`)).waiting).toMatchObject({ code: 'slot' });
  expect((await read('/api/dispatch')).object_store).toBeNull();

  await rename(system.storeDir, `${system.storeDir}-moved`);
  const words = expect.stringMatching(/the folder of the object store does not exist/);
  expect(await read('/readyz')).toEqual({ status: 'unavailable', reasons: [words] });
  expect((await read('/api/dispatch')).object_store).toEqual({ reason: words, since: expect.any(String) });
  const waiting = { code: 'object_store', position: 1, until: null, text: words };
  expect((await read(`/api/trainings/${id}`)).waiting).toEqual(waiting);
  expect((await read('/api/trainings')).trainings).toMatchObject([{ waiting, reason: words }]);

  await rename(`${system.storeDir}-moved`, system.storeDir);
  expect(await read('/readyz')).toEqual({ status: 'ok', reasons: [] });
  expect((await read('/api/dispatch')).object_store).toBeNull();
  expect((await read(`/api/trainings/${id}`)).waiting).toMatchObject({ code: 'slot' });
});
