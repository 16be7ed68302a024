import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { useBrowser } from '@trainyard/testing/browser';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { startApiServer } from '../src/api-server.ts';

const run = promisify(execFile);
const BUILD = join(import.meta.dirname, '../../../packages/client/build');
const browser = useBrowser();

const PROGRAM = `
import { createTrainyardClient, loadWorkflowTemplate } from '@trainyard/client';
const [baseUrl, apiKey] = process.argv.slice(2);
const client = createTrainyardClient({ baseUrl, apiKey });
const { status, version_name } = await client.enqueue({ kind: 'actor', subject_id: '0019', version_name: 'V7' });
const { hash } = await loadWorkflowTemplate();
const { template } = await client.getTraining((await client.request('/api/trainings', { safeParse: (data) => ({ success: true, data }) })).trainings[0].id);
process.stdout.write(JSON.stringify({ status, version_name, sameTemplate: hash === template.hash }));
`;

let installed: string;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-client-package-'));
  installed = await mkdtemp(join(tmpdir(), 'trainyard-client-program-'));
  await run(process.execPath, [join(BUILD, 'bundle.mjs'), join(folder, 'dist')]);
  await run(process.execPath, [join(BUILD, 'package.mjs'), 'stage', folder]);
  await run('npm', ['pack', '--pack-destination', installed], { cwd: folder });
  const [tarball = ''] = await readdir(installed);
  await writeFile(join(installed, 'package.json'), '{ "type": "module" }');
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
  await run('npm', ['install', ...quiet, `./${tarball}`], { cwd: installed });
  return async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(installed, { recursive: true, force: true });
  };
});

it('the packed client depends on no workspace and creates a training from an empty folder', async () => {
  const server = await startApiServer();
  onTestFinished(server.close);
  const own = join(installed, 'node_modules/@trainyard/client');
  const manifest = await readFile(join(own, 'package.json'), 'utf8');
  expect(JSON.parse(manifest).dependencies).toEqual({ zod: expect.any(String) });
  expect((await readdir(join(own, 'dist'))).toSorted()).toEqual(['index.d.ts', 'index.js']);
  await writeFile(join(installed, 'program.js'), PROGRAM);
  const { stdout } = await run(process.execPath, ['program.js', server.url, server.key], { cwd: installed });
  expect(JSON.parse(stdout)).toEqual({ status: 'queued', version_name: 'V7', sameTemplate: true });
});

it('the packed client runs in Chromium as a module of a page', async () => {
  const server = await startApiServer();
  onTestFinished(server.close);
  const { page } = await browser.openPage();
  const bundle = join(installed, 'node_modules/@trainyard/client/dist/index.js');
  await page.route('**/page/client.js', (route) =>
    route.fulfill({ path: bundle, contentType: 'text/javascript' }),
  );
  await page.route('**/page/', (route) =>
    route.fulfill({ body: '<!doctype html>', contentType: 'text/html' }),
  );
  await page.goto(`${server.url}/page/`);
  const status = await page.evaluate(
    `import('/page/client.js').then(({ createTrainyardClient }) =>
      createTrainyardClient({ baseUrl: location.origin, apiKey: '${server.key}' })
        .enqueue({ kind: 'actor', subject_id: '0019' })
        .then((training) => training.status))`,
  );
  expect(status).toBe('queued');
});
