import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advance, reconcile } from '@trainyard/application';
import { toDefaultOutputKey } from '@trainyard/domain';
import { expect, onTestFinished, test } from 'vitest';
import { openTestSystem } from './test-system.ts';

const KEY = 'a-read-and-write-key';
const SAMPLE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A completed training of actor 0019, V1, with a sample picture and a loss plot. */
async function openCompleted() {
  const system = await openTestSystem({ API_KEYS: KEY, TRAINYARD_API_KEY: KEY });
  const { deps } = system;
  await deps.objects.put('images/a.png', new Uint8Array(20_000));
  const data = { s3_urls: [deps.objects.toUri('images/a.png')], count: 1, synced: true };
  await deps.objects.put(
    'data/actors.json',
    JSON.stringify([{ id: '0019', name: '0019 european', training_data: data }]),
  );
  const url = await system.serve();
  const ran = (...args: readonly string[]) => system.ran('--url', url, ...args);
  const { id } = JSON.parse((await ran('--json', 'enqueue', '19')).out);
  const at = deps.clock.now();
  const attempt = {
    ...{ number: 1, endpointId: 'ep', startedAt: at, executionTimeoutMs: 1, ttlMs: 1, attemptDeadline: at },
    ...{ versionName: 'V1', modelName: 'actor_0019_V1', lockToken: 't', nonce: 'n' },
    outputKey: toDefaultOutputKey(id, 1),
  };
  await advance(deps, id, { type: 'submission_started', at, cause: 'dispatcher', attempt });
  await advance(deps, id, { type: 'submission_accepted', at, cause: 'dispatcher', attempt: 1, runId: 'r1' });
  await deps.objects.put(attempt.outputKey, new Uint8Array(9));
  await deps.objects.put(`models/${id}/attempt-1_sample_00.png`, SAMPLE);
  await deps.objects.put(`models/${id}/attempt-1_loss.png`, SAMPLE);
  const outcome = { status: 'completed', output: {} } as const;
  await advance(deps, id, { type: 'run_ended', at, cause: 'poll', attempt: 1, runId: 'r1', outcome });
  await reconcile(deps, id);
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-pictures-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { ran, id: id as string, folder };
}

test('pictures are listed, saved in a folder with the API key, and replaced only with --force', async () => {
  const { ran, id, folder } = await openCompleted();
  const shown = await ran('show', id);
  expect(shown.out).toContain(`npx trainyard pictures ${id.slice(-8)} FOLDER`);
  const listed = await ran('pictures', id);
  expect([listed.code, listed.out]).toEqual([
    0,
    expect.stringMatching(/attempt-1_sample_00\.png +sample +70 B[\s\S]+attempt-1_loss\.png +loss +70 B/),
  ]);
  const target = join(folder, 'new');
  const saved = await ran('pictures', id, target);
  expect([saved.code, saved.err, saved.out]).toEqual([
    0,
    '',
    expect.stringContaining(`Saved 2 pictures in ${target}.`),
  ]);
  expect(readdirSync(target).toSorted()).toEqual(['attempt-1_loss.png', 'attempt-1_sample_00.png']);
  expect(readFileSync(join(target, 'attempt-1_sample_00.png'))).toEqual(SAMPLE);

  writeFileSync(join(target, 'attempt-1_loss.png'), 'own');
  rmSync(join(target, 'attempt-1_sample_00.png'));
  const refused = await ran('pictures', id, target);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('already exists')]);
  expect(existsSync(join(target, 'attempt-1_sample_00.png')), 'a refused call saves no picture').toBe(false);
  expect((await ran('pictures', id, target, '--force')).code).toBe(0);
  expect(readFileSync(join(target, 'attempt-1_loss.png'))).toEqual(SAMPLE);
});
