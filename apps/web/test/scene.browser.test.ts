import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { useBrowser as declareBrowser } from '@trainyard/testing/browser';
import { expect, it, onTestFinished } from 'vitest';

const LAUNCHER = fileURLToPath(new URL('../../cli/bin/trainyard.mjs', import.meta.url));
const browser = declareBrowser();

/** Starts `trainyard demo --keep` in a temporary folder of its own. */
async function startScene() {
  const temp = await mkdtemp(join(tmpdir(), 'trainyard-scene-test-'));
  const env = { PATH: process.env['PATH'], TMPDIR: temp };
  const child = spawn(process.execPath, [LAUNCHER, 'demo', '--keep'], { env, cwd: temp });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(temp, { recursive: true, force: true, maxRetries: 3 });
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  await expect.poll(() => lines.join('\n'), { timeout: 150_000 }).toContain('Running until Ctrl-C');
  const url = /http:\S+/.exec(lines[0] ?? '')?.[0] ?? '';
  return { child, lines, temp, url };
}

interface Listed {
  readonly subject_id: string;
  readonly status: string;
  readonly source: string;
  readonly attempts_spent: number;
}

it('the demo scene opens on a day in progress, and Ctrl-C removes it', { timeout: 240_000 }, async () => {
  const { child, lines, temp, url } = await startScene();
  const get = async (path: string) => (await fetch(`${url}${path}`)).json();
  const { trainings } = (await get('/api/trainings?limit=50')) as { trainings: readonly Listed[] };
  const listSubjects = (...statuses: readonly string[]) =>
    trainings.filter(({ status }) => statuses.includes(status)).map((each) => each.subject_id);
  expect(listSubjects('submitted', 'running').toSorted()).toEqual(['0023', '0042']);
  expect(listSubjects('queued')).toHaveLength(4);
  const queued = trainings.filter(({ status }) => status === 'queued');
  expect(queued.filter(({ source }) => source === 'auto_train')).toHaveLength(1);
  expect(queued.filter(({ attempts_spent: spent }) => spent === 1).map((each) => each.subject_id)).toEqual([
    '0056',
  ]);
  const { versions } = await get('/api/actors/0001/training-versions');
  expect(
    versions
      .map(({ name, status, verdict }: Record<string, unknown>) => `${name} ${status} ${verdict}`)
      .toSorted(),
  ).toEqual(expect.arrayContaining(['V1 completed good', 'V2 completed not_good', 'V3 failed null']));
  expect((await get('/api/budgets')).month.budget_usd).toBe(150);
  expect((await get('/api/auto-train/schedule')).schedule.cron).toBe('0 2 * * *');
  expect(await get('/api/session')).toMatchObject({ time_factor: 20 });
  const { page, violations } = await browser.openPage();
  await page.goto(url);
  await page.getByRole('heading', { level: 1, name: 'Two training, four queued' }).waitFor();
  await page.getByText('3 models to review').waitFor();
  expect(violations).toEqual([]);
  const ended = once(child, 'close');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(lines.join('\n')).toContain('Stopping all processes. Its data are deleted.');
  expect(await readdir(temp)).toEqual([]);
});
