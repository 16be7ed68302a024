import type { Ask, Json } from './ask.ts';
import { SECRETS } from './secrets.ts';

/** Those with a version: one of the sample, one of our own. */
const TRAINED = ['0001', '0007'];
const LISTS = {
  trainings: 'trainings',
  actors: 'actors',
  styles: 'styles',
  'auto-train/runs': 'runs',
  deliveries: 'deliveries',
};

type Values = Readonly<Record<string, readonly unknown[]>>;

const listOf = (json: Json, name: string): readonly Json[] => (json[name] ?? []) as readonly Json[];
const textsOf = (items: readonly Json[], field: string): readonly string[] =>
  items.flatMap((each) => (each[field] === undefined || each[field] === null ? [] : [String(each[field])]));

/** What cases say in fields whose values are not the server's. */
const WORDS: Values = {
  cron: ['0 3 * * *', '*/5 * * * *'],
  tz: ['UTC', 'Europe/Berlin'],
  policy: ['flux-presets', 'image-count', 'style-guide', 'actor-tab'],
  hyperparameters: [{}, { learning_rate: 0.0002 }],
  workflow_overrides: [{}, { '109': { batch_size: 1 } }],
  priority: [1, 50],
  mode: ['custom-actors', 'custom-styles'],
  model_name: ['actor_0056_V9', 'style_16'],
  key: [SECRETS.adminKey, SECRETS.readKey],
  notify_url: ['http://127.0.0.1:9/notify'],
};

const ofTrainings = (trainings: readonly Json[]): Values => {
  const ids = textsOf(trainings, 'id');
  return {
    'trainings/id': ids,
    training_id: ids,
    job_id: [...ids, ...textsOf(trainings, 'job_id')],
    runpod_job_id: textsOf(trainings, 'runpod_job_id'),
  };
};

const ofSubjects = (actors: readonly string[], styles: readonly string[]): Values => ({
  'actors/id': [...TRAINED, ...TRAINED, ...actors],
  // The first style has what cases name: images, sets and a version.
  'styles/id': [...styles.slice(0, 1), ...styles.slice(0, 1), ...styles],
  subject_id: [...actors, ...styles],
  actor_ids: actors,
});

const ofStyle = async (ask: Ask, id: string): Promise<Values> => {
  const images = listOf(await ask('GET', `/api/styles/${id}/images`), 'images');
  const sets = listOf(await ask('GET', `/api/styles/${id}/selection-sets`), 'selection_sets');
  return {
    'selection-sets/set_id': textsOf(sets, 'id'),
    selection_set_id: sets.map((each) => each['id']),
    'captions/name': textsOf(images, 'name'),
    name: ['fuzz.png', 'Fuzz', ...textsOf(images, 'name').slice(0, 2)],
    images: textsOf(images, 'uri'),
    s3_urls: textsOf(images, 'uri'),
  };
};

const versionsOf = async (ask: Ask, styleId: string): Promise<readonly string[]> => {
  const subjects = [...TRAINED.map((id) => `actors/${id}`), `styles/${styleId}`];
  const found = await Promise.all(subjects.map((each) => ask('GET', `/api/${each}/training-versions`)));
  return textsOf(
    found.flatMap((each) => listOf(each, 'versions')),
    'id',
  );
};

/** What there is on a server, by the names of the fields that it may stand in. */
export const takeInventory = async (ask: Ask): Promise<Values> => {
  const pages = Object.entries(LISTS).map(
    async ([path, name]) => [name, listOf(await ask('GET', `/api/${path}`), name)] as const,
  );
  const found = Object.fromEntries(await Promise.all(pages));
  const [actors, styles] = [textsOf(found['actors'] ?? [], 'id'), textsOf(found['styles'] ?? [], 'id')];
  const [styleId = ''] = styles;
  const cursors = await Promise.all(
    ['trainings', 'actors', 'styles'].map((path) => ask('GET', `/api/${path}?limit=1`)),
  );
  const { workflow } = await ask('POST', '/api/trainings/preview', { kind: 'actor', subject_id: '0042' });
  return {
    ...WORDS,
    ...ofTrainings(found['trainings'] ?? []),
    ...ofSubjects(actors, styles),
    ...(await ofStyle(ask, styleId)),
    'runs/id': textsOf(found['runs'] ?? [], 'id'),
    'batches/id': textsOf(found['runs'] ?? [], 'id'),
    batch_id: textsOf(found['runs'] ?? [], 'id'),
    'deliveries/id': textsOf(found['deliveries'] ?? [], 'id'),
    version_id: await versionsOf(ask, styleId),
    cursor: textsOf(cursors, 'next_cursor'),
    workflow: [workflow],
  };
};
