import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { advance, type Deps, getServableModelUri, reconcile } from '@trainyard/application';
import { type Attempt, isTerminal, type Training, toDefaultOutputKey } from '@trainyard/domain';
import { containerAnswers } from '@trainyard/runpod/container-answers';
import { openTestSystem } from '@trainyard/testing/system';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';

/** An endpoint of RunPod that answers every status request with the same JSON. */
async function openEndpoint() {
  let answer: unknown = {};
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, setAnswer: (next: unknown) => (answer = next) };
}

/** Starts an attempt of a new training whose run RunPod accepted. */
async function startRun(deps: Deps, training: Training): Promise<string> {
  const { id } = training;
  const at = deps.clock.now();
  const limits = { executionTimeoutMs: 7_200_000, ttlMs: 9_000_000, attemptDeadline: at + 9_600_000 };
  const attempt: Attempt = {
    ...{ number: 1, endpointId: 'ep1', startedAt: at, ...limits, lockToken: 't', nonce: id },
    ...{ versionName: 'V1', modelName: `actor_${id}_V1`, outputKey: toDefaultOutputKey(id, 1) },
  };
  await advance(deps, id, { type: 'submission_started', at, cause: 'dispatcher', attempt });
  await advance(deps, id, { type: 'submission_accepted', at, cause: 'dispatcher', attempt: 1, runId: id });
  return id;
}

it('every answer of a container ends its training, in bounded documents and without a foreign object', async () => {
  const endpoint = await openEndpoint();
  const system = await openTestSystem({ env: { RUNPOD_ENDPOINT_BASE_URL: endpoint.url, MAX_ATTEMPTS: '1' } });
  onTestFinished(system.close);
  const { deps } = system;
  const foreign = ['data/settings.json', 'trainings/a.safetensors', 'models/another/attempt-1.safetensors'];
  for (const key of foreign) await deps.objects.put(key, '{"foreign":true}');
  await fc.assert(
    fc.asyncProperty(containerAnswers('run', ['COMPLETED']), fc.boolean(), async (answer, storesModel) => {
      const id = await startRun(deps, await system.accept({ force: true }));
      if (storesModel) await deps.objects.put(toDefaultOutputKey(id, 1), new Uint8Array(9));
      endpoint.setAnswer({ ...answer, id, status: 'COMPLETED' });
      await reconcile(deps, id);
      const ended = await deps.store.load(id);
      if (!ended || !isTerminal(ended)) throw new Error(`training ${id} is ${ended?.status}`);
      if (storesModel && ended.status === 'completed') expect(ended.model.verified).toBe(true);
      await expectNoForeignObject(deps, ended);
    }),
    { numRuns: 60 },
  );
});

async function expectNoForeignObject(deps: Deps, training: Training): Promise<void> {
  const events = await deps.store.listEvents(training.id);
  const versions = await deps.manifests.listVersions(training.request.subject);
  for (const document of [training, events, versions])
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThan(64 * 1024);
  if (training.status !== 'completed') return;
  const own = deps.objects.toUri(toDefaultOutputKey(training.id, 1));
  if (training.model.verified) expect(getServableModelUri(deps, training)).toBe(own);
  else expect(() => getServableModelUri(deps, training)).toThrow('is not verified');
  expect(versions).toMatchObject([{ status: 'completed', verified: training.model.verified }]);
}
