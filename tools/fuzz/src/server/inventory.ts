import { SECRETS } from './secrets.ts';
import type { ApiCaller, Json } from './send.ts';

/** Actors with a version: an actor of the sample catalogue, and an actor that was trained here. */
const TRAINED_ACTORS = ['0001', '0007'];
const LISTS = {
  trainings: 'trainings',
  actors: 'actors',
  styles: 'styles',
  'auto-train/runs': 'runs',
  deliveries: 'deliveries',
};

type Values = Readonly<Record<string, readonly unknown[]>>;

/** Collects existing values of the server by the names of the fields that accept them. */
export async function collectInventory(callApi: ApiCaller): Promise<Values> {
  const pages = Object.entries(LISTS).map(
    async ([path, name]) => [name, getList(await callApi('GET', `/api/${path}`), name)] as const,
  );
  const found = Object.fromEntries(await Promise.all(pages));
  const [actors, styles] = [getStrings(found['actors'] ?? [], 'id'), getStrings(found['styles'] ?? [], 'id')];
  const [styleId = ''] = styles;
  const cursors = await Promise.all(
    ['trainings', 'actors', 'styles'].map((path) => callApi('GET', `/api/${path}?limit=1`)),
  );
  const { workflow } = await callApi('POST', '/api/trainings/preview', { kind: 'actor', subject_id: '0042' });
  return {
    ...FIXED_VALUES,
    ...toTrainingValues(found['trainings'] ?? []),
    ...toSubjectValues(actors, styles),
    ...(await fetchStyleValues(callApi, styleId)),
    'runs/id': getStrings(found['runs'] ?? [], 'id'),
    'batches/id': getStrings(found['runs'] ?? [], 'id'),
    batch_id: getStrings(found['runs'] ?? [], 'id'),
    'deliveries/id': getStrings(found['deliveries'] ?? [], 'id'),
    version_id: await fetchVersionIds(callApi, styleId),
    cursor: getStrings(cursors, 'next_cursor'),
    workflow: [workflow],
  };
}

function getList(json: Json, name: string): readonly Json[] {
  return (json[name] ?? []) as readonly Json[];
}
function getStrings(items: readonly Json[], field: string): readonly string[] {
  return items.flatMap((each) =>
    each[field] === undefined || each[field] === null ? [] : [String(each[field])],
  );
}

/** Values of fields that do not refer to objects of the server. */
const FIXED_VALUES: Values = {
  cron: ['0 3 * * *', '*/5 * * * *'],
  tz: ['UTC', 'Europe/Berlin'],
  policy: ['flux-presets', 'image-count', 'style-guide', 'actor-tab'],
  hyperparameters: [{}, { learning_rate: 0.0002 }],
  workflow_overrides: [{}, { '109': { batch_size: 1 } }],
  priority: [1, 50],
  mode: ['custom-actors', 'custom-styles'],
  model_name: ['actor_0056_V9', 'style_16'],
  key: [SECRETS.adminKey, SECRETS.readKey],
  notify_url: ['http://127.0.0.1:65534/notify'],
};

function toTrainingValues(trainings: readonly Json[]): Values {
  const ids = getStrings(trainings, 'id');
  return {
    'trainings/id': ids,
    training_id: ids,
    job_id: [...ids, ...getStrings(trainings, 'job_id')],
    runpod_job_id: getStrings(trainings, 'runpod_job_id'),
  };
}

function toSubjectValues(actors: readonly string[], styles: readonly string[]): Values {
  return {
    'actors/id': [...TRAINED_ACTORS, ...TRAINED_ACTORS, ...actors],
    // The first style has images, selection sets and a version.
    'styles/id': [...styles.slice(0, 1), ...styles.slice(0, 1), ...styles],
    subject_id: [...actors, ...styles],
    actor_ids: actors,
  };
}

async function fetchStyleValues(callApi: ApiCaller, id: string): Promise<Values> {
  const images = getList(await callApi('GET', `/api/styles/${id}/images`), 'images');
  const sets = getList(await callApi('GET', `/api/styles/${id}/selection-sets`), 'selection_sets');
  return {
    'selection-sets/set_id': getStrings(sets, 'id'),
    selection_set_id: sets.map((each) => each['id']),
    'captions/name': getStrings(images, 'name'),
    name: ['fuzz.png', 'Fuzz', ...getStrings(images, 'name').slice(0, 2)],
    images: getStrings(images, 'uri'),
    s3_urls: getStrings(images, 'uri'),
  };
}

async function fetchVersionIds(callApi: ApiCaller, styleId: string): Promise<readonly string[]> {
  const subjects = [...TRAINED_ACTORS.map((id) => `actors/${id}`), `styles/${styleId}`];
  const found = await Promise.all(subjects.map((each) => callApi('GET', `/api/${each}/training-versions`)));
  return getStrings(
    found.flatMap((each) => getList(each, 'versions')),
    'id',
  );
}
