import { createApi, toApiDeps, toApiOptions } from '@trainyard/api';
import { openTestSystem } from '@trainyard/testing/system';

/** The API on a real Redis and a folder with actor 0019, on a free loopback port. */
export interface ApiServer {
  readonly url: string;
  readonly key: string;
  close(): Promise<void>;
}

const KEY = 'write-key-of-the-generated-clients';

/** Starts the API. No worker runs, so that trainings stay queued. */
export async function startApiServer(): Promise<ApiServer> {
  const env = { API_KEYS: `admin:${KEY}`, WEBHOOK_SECRET: 'a-webhook-secret-of-the-clients' };
  const system = await openTestSystem({ env });
  const { objects } = system.deps;
  const actor = {
    id: '0019',
    name: '0019 european 20 female',
    training_data: { s3_urls: [objects.toUri('images/a.png')], count: 1, synced: true },
    training_data_good: true,
  };
  await objects.put('data/actors.json', JSON.stringify([actor]));
  const app = await createApi({ deps: toApiDeps(system.open), options: toApiOptions(system.settings) });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    key: KEY,
    close: async () => {
      await app.close();
      await system.close();
    },
  };
}
