import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { readHistory } from '../src/index.ts';
import { callApi, ENDPOINT } from './fixture.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

it('the process of the simulator listens, writes its history to a file and exits on SIGTERM', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const historyFile = join(folder, 'history.jsonl');
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      OBJECT_STORE_URL: `file:${join(folder, 'store')}`,
      SIMULATOR_HISTORY_FILE: historyFile,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { base_url } = JSON.parse(line) as { base_url: string };
  const { json } = await callApi(base_url, 'POST', `${ENDPOINT}/run`, { input: {} });
  expect(readHistory(historyFile).jobs()).toMatchObject([{ job_id: json['id'] }]);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
