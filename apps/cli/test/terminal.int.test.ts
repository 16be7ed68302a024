import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { examine } from '../src/doctor/doctor.ts';

const bin = fileURLToPath(new URL('../bin/trainyard.mjs', import.meta.url));

test('a reader that has enough, like head, ends the program without a word', async () => {
  const program = spawn(process.execPath, [bin, 'preview', '--kind', 'actor', '--image-count', '23']);
  program.stdout.destroy();
  const [complaint, [code]] = await Promise.all([text(program.stderr), once(program, 'exit')]);
  expect([complaint, code]).toEqual(['', 0]);
});

test('the doctor looks at what it can while settings are missing, and leaves no folder behind', async () => {
  const place = mkdtempSync(join(tmpdir(), 'trainyard-doctor-test-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const data = join(place, '.trainyard');
  const findings = await examine({ GPU_TYPE: 'abacus', PORT: '0' }, data);
  const said = (part: string) => findings.filter((each) => each.part === part).map(({ text }) => text);
  expect(said('Settings')).toEqual([
    'RunPod API key is required',
    'MODEL_TRAINING_RUNPOD_ENDPOINT_ID environment variable is required',
    expect.stringMatching(/^GPU_TYPE is in no price table/),
  ]);
  expect(said('Object store')).toEqual(['reads, writes, and keeps conditions']);
  expect(findings.filter(({ part }) => part === 'Redis').map(({ verdict }) => verdict)).not.toContain(
    'fault',
  );
  expect(said('Redis').length).toBeGreaterThan(0);
  expect(said('Endpoint')).toEqual([]);
  expect(existsSync(data)).toBe(false);
});
