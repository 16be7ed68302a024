import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { examine } from '../src/doctor/doctor.ts';

const bin = fileURLToPath(new URL('../bin/trainyard.mjs', import.meta.url));

test('the program exits silently when the reader of its output closes the pipe', async () => {
  const program = spawn(process.execPath, [bin, 'preview', '--kind', 'actor', '--image-count', '23']);
  program.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(program.stderr), once(program, 'exit')]);
  expect([stderr, code]).toEqual(['', 0]);
});

test('the doctor checks all parts that do not depend on missing settings, and leaves no folder', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'trainyard-doctor-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const data = join(dir, '.trainyard');
  const findings = await examine({ GPU_TYPE: 'abacus', PORT: '0' }, data);
  const listTexts = (part: string) => findings.filter((each) => each.part === part).map(({ text }) => text);
  expect(listTexts('Settings')).toEqual([
    'RunPod API key is required. Set MODEL_TRAINING_RUNPOD_API_KEY (RunPod → Settings → API keys).',
    'MODEL_TRAINING_RUNPOD_ENDPOINT_ID environment variable is required. Set it to the id of the endpoint (RunPod → Serverless).',
    expect.stringMatching(/a folder of this machine that no worker/),
    expect.stringMatching(/^GPU_TYPE abacus is not a GPU/),
  ]);
  expect(listTexts('Object store')).toEqual([
    expect.stringMatching(/^file:.*parallel writes, and deletes work$/),
  ]);
  expect(listTexts('Catalogue')).toEqual([expect.stringMatching(/trainyard import DIR/)]);
  expect(findings.filter(({ part }) => part === 'Redis').map(({ verdict }) => verdict)).not.toContain(
    'fault',
  );
  expect(listTexts('Redis').length).toBeGreaterThan(0);
  expect(listTexts('Endpoint')).toEqual([]);
  expect(existsSync(data)).toBe(false);
});

test('the program names the settings that it reads from .env in the working directory, and prints no colours in a pipe', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'trainyard-env-test-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, '.env'), 'TRAINYARD_URL=http://127.0.0.1:2\n');
  const { TRAINYARD_URL: _, FORCE_COLOR: __, ...env } = process.env;
  const program = spawn(process.execPath, [bin, 'list'], { cwd, env });
  const [stderr, stdout, [code]] = await Promise.all([
    text(program.stderr),
    text(program.stdout),
    once(program, 'exit'),
  ]);
  expect([stdout, code]).toEqual(['', 3]);
  expect(stderr).toMatch(
    /^trainyard: 1 setting from \.env in this folder: TRAINYARD_URL\ntrainyard: No server answers at http:\/\/127\.0\.0\.1:2 \(connection refused\)\. .*\n$/,
  );
});
