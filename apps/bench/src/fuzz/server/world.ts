import { setTimeout as sleep } from 'node:timers/promises';
import { createWebhookToken } from '@trainyard/application';
import type { KnownValues } from '../cases/values.ts';
import { type ApiCaller, createApiCaller, type Json } from './ask.ts';
import { collectInventory } from './inventory.ts';
import { SECRETS } from './secrets.ts';
import type { FuzzServer } from './server.ts';

/** What there is on the server that requests can name. */
export interface Fixtures {
  readonly known: KnownValues;
  /** Queries of signed links and of webhooks, by the path they are for. */
  readonly queries: Readonly<Record<string, readonly string[]>>;
  /** Secrets that were made while it was filled. */
  readonly secrets: readonly string[];
}

const TERMINAL_STATUSES = ['completed', 'failed', 'timed_out', 'cancelled'];

const createTraining = async (ask: ApiCaller, kind: string, subjectId: string, more: Json = {}): Promise<string> => {
  const body = { kind, subject_id: subjectId, notify_url: 'http://127.0.0.1:9/notify', ...more };
  return String((await ask('POST', '/api/trainings', body))['id']);
};

const waitUntilTerminal = async (ask: ApiCaller, id: string): Promise<void> => {
  while (!TERMINAL_STATUSES.includes(String((await ask('GET', `/api/trainings/${id}`))['status']))) await sleep(100);
};

/** Trainings that completed, one that was cancelled, one that waits, and a batch. */
const createTrainings = async (ask: ApiCaller, styleId: string): Promise<readonly string[]> => {
  const first = await createTraining(ask, 'actor', '0007');
  const second = await createTraining(ask, 'style', styleId, { selection_set_id: 1 });
  await Promise.all([waitUntilTerminal(ask, first), waitUntilTerminal(ask, second)]);
  await ask('PUT', '/api/dispatch', { paused: true, reason: 'the fuzzer looks' });
  const cancelled = await createTraining(ask, 'actor', '0011');
  await ask('POST', `/api/trainings/${cancelled}/cancel`, {});
  const waiting = await createTraining(ask, 'actor', '0019');
  await ask('POST', '/api/auto-train/runs', { limit: 2 });
  return [first, second, cancelled, waiting];
};

const FILES_PATH = '/api/files';

const fetchSignedQueries = async (ask: ApiCaller, trainingId: string, styleId: string): Promise<readonly string[]> => {
  const model = await ask('GET', `/api/trainings/${trainingId}/model?link=true`);
  const upload = await ask('POST', `/api/styles/${styleId}/uploads`, { name: 'fuzz.png', size_bytes: 2 });
  return [model, upload].flatMap(({ url }) => {
    const [path, query] = String(url).split('?');
    return path?.endsWith(FILES_PATH) ? [`?${query ?? ''}`] : [];
  });
};

/** Fills a server by its own routes, and tells what cases can name. */
export const createFixtures = async (server: FuzzServer): Promise<Fixtures> => {
  const ask = createApiCaller(server);
  const styles = (await ask('GET', '/api/styles'))['styles'] as readonly Json[];
  const styleId = String(styles[0]?.['id']);
  const ids = await createTrainings(ask, styleId);
  const values = await collectInventory(ask);
  const tokens = ids.map((id) => createWebhookToken(SECRETS.webhook, id, 1));
  const hooks = ids.map((id, n) => `?training=${id}&attempt=1&token=${tokens[n] ?? ''}`);
  return {
    known: (field) => values[field] ?? [],
    queries: {
      [FILES_PATH]: await fetchSignedQueries(ask, ids[0] ?? '', styleId),
      '/api/training-webhook': hooks,
      '/core/training-webhooks/runpod-serverless': hooks,
    },
    secrets: tokens,
  };
};
