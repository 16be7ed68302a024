import { setTimeout as sleep } from 'node:timers/promises';
import { createWebhookToken } from '@trainyard/application';
import { isTerminalStatus } from '@trainyard/domain';
import type { KnownValues } from '../cases/values.ts';
import { collectInventory } from './inventory.ts';
import { SECRETS } from './secrets.ts';
import { type ApiCaller, createApiCaller, type Json } from './send.ts';
import type { FuzzServer } from './server.ts';

/** Existing objects of the server that requests can name. */
export interface Fixtures {
  readonly known: KnownValues;
  /** Queries of signed links and of webhooks, by path. */
  readonly queries: Readonly<Record<string, readonly string[]>>;
  /** Secrets that were created with the fixtures. */
  readonly secrets: readonly string[];
}

/** Creates trainings, styles and a batch through the API. Throws when the API refuses a request. */
export async function createFixtures(server: FuzzServer): Promise<Fixtures> {
  const callApi = createApiCaller(server);
  const styles = (await callApi('GET', '/api/styles'))['styles'] as readonly Json[];
  const styleId = String(styles[0]?.['id']);
  const ids = await createTrainings(callApi, styleId);
  const values = await collectInventory(callApi);
  const tokens = ids.map((id) => createWebhookToken(SECRETS.webhook, id, 1));
  const webhookQueries = ids.map((id, n) => `?training=${id}&attempt=1&token=${tokens[n] ?? ''}`);
  return {
    known: (field) => values[field] ?? [],
    queries: {
      [FILES_PATH]: await fetchSignedQueries(callApi, ids[0] ?? '', styleId),
      '/api/training-webhook': webhookQueries,
      '/core/training-webhooks/runpod-serverless': webhookQueries,
    },
    secrets: tokens,
  };
}

async function createTraining(
  callApi: ApiCaller,
  kind: string,
  subjectId: string,
  more: Json = {},
): Promise<string> {
  const body = { kind, subject_id: subjectId, notify_url: 'http://127.0.0.1:65534/notify', ...more };
  return String((await callApi('POST', '/api/trainings', body))['id']);
}

async function waitUntilTerminal(callApi: ApiCaller, id: string): Promise<void> {
  while (!isTerminalStatus(String((await callApi('GET', `/api/trainings/${id}`))['status'])))
    await sleep(100);
}

/** Creates two completed trainings, a cancelled training, a queued training and a batch. */
async function createTrainings(callApi: ApiCaller, styleId: string): Promise<readonly string[]> {
  const first = await createTraining(callApi, 'actor', '0007');
  const second = await createTraining(callApi, 'style', styleId, { selection_set_id: 1 });
  await Promise.all([waitUntilTerminal(callApi, first), waitUntilTerminal(callApi, second)]);
  await callApi('PUT', '/api/dispatch', { paused: true, reason: 'fuzzing' });
  const cancelled = await createTraining(callApi, 'actor', '0011');
  await callApi('POST', `/api/trainings/${cancelled}/cancel`, {});
  const waiting = await createTraining(callApi, 'actor', '0019');
  await callApi('POST', '/api/auto-train/runs', { limit: 2 });
  return [first, second, cancelled, waiting];
}

const FILES_PATH = '/api/files';

async function fetchSignedQueries(
  callApi: ApiCaller,
  trainingId: string,
  styleId: string,
): Promise<readonly string[]> {
  const model = await callApi('GET', `/api/trainings/${trainingId}/model?link=true`);
  const upload = await callApi('POST', `/api/styles/${styleId}/uploads`, { name: 'fuzz.png', size_bytes: 2 });
  return [model, upload].flatMap(({ url }) => {
    const [path, query] = String(url).split('?');
    return path?.endsWith(FILES_PATH) ? [`?${query ?? ''}`] : [];
  });
}
