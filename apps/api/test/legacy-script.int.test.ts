import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openFullSystem } from './test-system.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDER = fileURLToPath(new URL('./legacy-script/', import.meta.url));

/** The script polls every 30 s; a minute of the system lasts 1 s. */
const SCRIPT_TIME_FACTOR = 120;

/** Runs the script as its document says, in the folder that holds `workflows/`. */
async function runScript(port: number) {
  const child = spawn('python3', [`${FOLDER}auto_train_actors.py`], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PYTHONPATH: FOLDER,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONIOENCODING: 'utf-8',
      TEST_SERVER_PORT: String(port),
      TEST_TIME_FACTOR: String(SCRIPT_TIME_FACTOR),
    },
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, output, errors };
}

describe('the script of the legacy tools', () => {
  it('trains two actors, unmodified, by the routes of its document', async () => {
    const { app, call, deps } = await openFullSystem();
    const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const { code, output, errors } = await runScript(Number(url.port));
    expect(errors).toBe('');
    expect(output.split('\n')).toEqual(
      expect.arrayContaining([
        '[Auto Train] Loaded 4 actors',
        '[Auto Train] ✓ Eligible: 0019 european 20 female (ID: 0019, Images: 5)',
        '[Auto Train] ✗ Skipped: 0050 european 20 female (training data not marked as good)',
        '[Auto Train] ✗ Skipped: 0099 european 20 female (no training images)',
        '[Auto Train] ✓ Ngrok already running: https://train.example.com',
        '[Auto Train] Training 2/2',
        '  - Learning Rate: 0.0002',
        '[Auto Train] ✓ Training version saved',
        '[Auto Train] ✓ Training completed!',
        'Total actors processed: 2',
        'Successful: 2',
        'Failed: 0',
      ]),
    );
    expect(output).toMatch(/Status: IN_QUEUE[\s\S]*Model URL: s3:\/\/local\/models\//);
    expect(code).toBe(0);
    for (const id of ['0019', '0042']) {
      const { versions } = (await call('GET', `/api/actors/${id}/training-versions`)).json();
      expect(versions).toMatchObject([
        {
          name: 'V1',
          status: 'completed',
          loraUrl: expect.any(String),
          imageCount: 5,
          description: 'Automated training',
        },
      ]);
      const { request } = (await deps.store.load(versions[0].training_id))!;
      expect(request).toMatchObject({ modelName: `actor_${id}_V1`, containerConfig: { image_count: 5 } });
    }
  });
});
