import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { drawPng, drawPortrait } from '@trainyard/runpod-simulator/painting';
import { expect, onTestFinished, test } from 'vitest';

const LAUNCHER = fileURLToPath(new URL('../bin/trainyard.mjs', import.meta.url));
const TIMEOUT_MS = 240_000;

function createFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'trainyard-demo-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Runs `trainyard …` as a process in its own temporary folder. */
function runTrainyard(args: readonly string[], temp: string) {
  const env = { PATH: process.env['PATH'], TMPDIR: temp };
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    env,
    cwd: temp,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => lines.push(line));
  return { child, lines, ended: once(child, 'close') as Promise<[number | null, string | null]> };
}

/** Command lines of live processes that mention this folder. */
function findProcesses(dir: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/environ`))
    .flatMap((pid) => {
      try {
        const text = `${readFileSync(`/proc/${pid}/cmdline`)} ${readFileSync(`/proc/${pid}/environ`)}`;
        return text.includes(dir) ? [text.replaceAll('\0', ' ')] : [];
      } catch {
        return [];
      }
    });
}

test('the demo trains every eligible actor with two slots, and a second run on its data trains no actor', {
  timeout: TIMEOUT_MS,
}, async () => {
  const temp = createFolder();
  const data = join(temp, 'data');
  const first = runTrainyard(['demo', '--data', data, '--json'], temp);
  const [output] = await Promise.all([first.child.stdout.toArray(), first.ended]);
  const { progress, checks } = JSON.parse(Buffer.concat(output as Buffer[]).toString());
  expect(first.child.exitCode, first.lines.join('\n')).toBe(0);
  expect(progress.summary).toMatchObject({ processed: 7, successful: 7, failed: 0 });
  expect(checks.filter((check: { ok: boolean }) => !check.ok)).toEqual([]);
  const report = first.lines.join('\n');
  expect(report).toMatch(/Simulated time, 200 times as fast.*Bull Board.*Automated Actor Training Script/s);
  expect(report).toMatch(/dispatcher is killed \(kill -9\).*The dispatcher runs again/s);
  expect(report).toMatch(/The worker of .* died; attempt 2 of 2 follows/);
  const second = runTrainyard(['demo', '--data', data], temp);
  expect(await second.ended).toEqual([0, null]);
  expect(second.lines).toContain('Total actors processed: 0');
  expect(second.lines.join('\n')).toMatch(
    /0019 european 20 female \(a model of the same data awaits review\)/,
  );
  expect(findProcesses(temp)).toEqual([]);
});

/** Writes a catalogue of the legacy tools with one actor. */
function writeCatalogue(folder: string): string {
  const images = join(folder, 'data/actors/0100/training_data');
  mkdirSync(images, { recursive: true });
  for (let image = 1; image <= 6; image += 1)
    writeFileSync(
      join(images, `image_${image}.png`),
      drawPng({ width: 64, height: 64 }, drawPortrait({ number: 100, longHair: true, tone: 0.6 }, image)),
    );
  const training_data = {
    s3_urls: [],
    local_path: 'data/actors/0100/training_data',
    count: 6,
    synced: false,
  };
  const actor = {
    id: '0100',
    name: '0100 asian 40 male',
    training_data,
    training_data_good: true,
    custom_models_good: false,
  };
  writeFileSync(join(folder, 'data/actors.json'), JSON.stringify([actor]));
  return folder;
}

test('an interrupted demo of a catalogue of the user leaves neither a process nor a folder', {
  timeout: TIMEOUT_MS,
}, async () => {
  const temp = createFolder();
  const { child, lines, ended } = runTrainyard(['demo', '--catalogue', writeCatalogue(createFolder())], temp);
  await expect.poll(() => lines.join('\n'), { timeout: 60_000 }).toContain('IN_PROGRESS');
  // npm forwards the signal that the terminal sends to all processes: a Ctrl-C arrives twice.
  child.kill('SIGINT');
  setTimeout(() => child.kill('SIGINT'), 20);
  expect(await ended).toEqual([130, null]);
  expect(lines.join('\n')).toContain('Starting training for: 0100 asian 40 male');
  expect(lines.join('\n')).toContain('Stopping all processes. Its data are deleted');
  expect(findProcesses(temp)).toEqual([]);
  expect(readdirSync(temp).filter((name) => name.startsWith('trainyard-demo-'))).toEqual([]);
});

test('a demo that cannot start prints the reason and leaves neither a process nor a folder', {
  timeout: TIMEOUT_MS,
}, async () => {
  const temp = createFolder();
  const env = { PATH: '/nonexistent', TMPDIR: temp };
  const child = spawn(process.execPath, [LAUNCHER, 'demo'], {
    env,
    cwd: temp,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors = Buffer.concat((await child.stderr.toArray()) as Buffer[]).toString();
  expect(errors).toContain('Cannot start redis-server: is it installed and on the PATH?');
  expect(readdirSync(temp).filter((name) => name.startsWith('trainyard-demo-'))).toEqual([]);
  expect(findProcesses(temp)).toEqual([]);
});
