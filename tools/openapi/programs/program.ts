// A program that uses the types of openapi-typescript. The test generates api.ts beside it, checks its types and runs it.
import createClient from 'openapi-fetch';
import type { components, paths } from './api.ts';

type Training = components['schemas']['Training'];

const [baseUrl = '', key = ''] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } });

const created = await api.POST('/api/trainings', {
  params: { header: { 'idempotency-key': '0019-V7' } },
  body: { kind: 'actor', subject_id: '0019', version_name: 'V7', policy: 'flux-presets' },
});
if (!created.data) throw new Error(created.error.code);
const training: Training = created.data;

const read = await api.GET('/api/trainings/{id}', { params: { path: { id: training.id } } });
const list = await api.GET('/api/trainings', { params: { query: { subject_id: '0019', limit: 10 } } });
const again = await api.POST('/api/trainings', { body: { kind: 'actor', subject_id: '0019' } });
const code: 'subject_busy' | undefined = again.error?.code === 'subject_busy' ? again.error.code : undefined;

process.stdout.write(
  JSON.stringify({
    status: training.status satisfies 'queued' | string,
    version: read.data?.version_name,
    listed: list.data?.trainings.length,
    code,
  }),
);
