import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toApiDeps, toApiOptions, startApi } from '@trainyard/api';
import { startRedis } from '@trainyard/cli';
import { createLog, openAll, openDeps, readSettings } from '@trainyard/runtime';

/** An API over a catalogue of so many actors. */
export interface CatalogueServer {
  readonly url: string;
  /** Leads to the last page of the whole list. */
  readonly lastCursor: string;
  close(): Promise<void>;
}

const LAST_PAGE = 10;
const SEXES = ['female', 'male'];
const ETHNICITIES = ['european', 'african', 'asian', 'latin'];

const createActor = (index: number) => {
  const id = String(index).padStart(5, '0');
  const [sex, ethnicity] = [SEXES[index % 2], ETHNICITIES[index % 4]];
  const images = Array.from({ length: 23 }, (_, n) => `s3://local/actors/${id}/training_data/image_${n}.png`);
  return {
    id,
    name: `actor ${id} ${ethnicity} ${20 + (index % 40)} ${sex}`,
    age: 20 + (index % 40),
    sex,
    ethnicity,
    description: `Number ${index} of a catalogue that was made to be measured`,
    training_data: { s3_urls: images, count: images.length, synced: index % 3 !== 0 },
    training_data_good: index % 5 !== 0,
    custom_models_good: index % 7 === 0,
  };
};

const findLastPageCursor = async (url: string, count: number): Promise<string> => {
  let cursor = '';
  for (let left = count - LAST_PAGE; left > 0; left -= 500) {
    const query = `limit=${Math.min(500, left)}${cursor && `&cursor=${cursor}`}`;
    const answer = (await (await fetch(`${url}/api/actors?${query}`)).json()) as { next_cursor: string };
    cursor = answer.next_cursor;
  }
  return cursor;
};

/** Opens such an API with a Redis and a folder of its own. */
export const openCatalogueServer = (count: number): Promise<CatalogueServer> => {
  const log = createLog({ name: 'bench', level: 'silent' });
  return openAll(log, async ({ register }) => {
    const dir = register('folder', await mkdtemp(join(tmpdir(), 'trainyard-bench-')), (each) =>
      rm(each, { recursive: true, force: true }),
    );
    const redis = register('redis', await startRedis(join(dir, 'redis')), (each) => each.close());
    const settings = readSettings({
      REDIS_URL: redis.url,
      OBJECT_STORE_URL: `file:${join(dir, 'store')}`,
      MODEL_TRAINING_RUNPOD_API_KEY: 'none',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'bench',
    });
    const open = register('deps', await openDeps(settings, { log }), (each) => each.close());
    const actors = Array.from({ length: count }, (_, index) => createActor(index));
    await open.deps.objects.put('data/actors.json', JSON.stringify(actors));
    const options = { ...toApiOptions(settings), rateLimit: { max: 1e9, windowMs: 60_000 } };
    const api = await startApi({
      deps: toApiDeps(open),
      options,
      host: '127.0.0.1',
      port: 0,
    });
    register('api', api, (each) => each.close());
    return { url: api.url, lastCursor: await findLastPageCursor(api.url, count) };
  });
};
