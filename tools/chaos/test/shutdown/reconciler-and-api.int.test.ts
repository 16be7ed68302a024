import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@trainyard/testing/redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HELD_SUBMISSIONS, openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem();
});
afterEach(async () => {
  const double = system.history().doubleAcceptances();
  await system.close();
  expect(double).toEqual([]);
});

const POLL_OPTIONS = { timeout: 60_000, interval: 20 };
function runsEnded() {
  return system.history().jobs().length > 0 && system.history().live() === 0;
}

describe('a reconciler that receives SIGTERM', () => {
  const finalizing = async () => {
    // The reconciler examines the object store at its start, then sleeps until the writes are blocked.
    const reconciler = system.fleet.start('reconciler');
    await expect.poll(() => system.readLog('reconciler'), POLL_OPTIONS).toContain('reconciler_started');
    await system.pause(reconciler);
    system.fleet.start('dispatcher');
    const training = await system.acceptTraining();
    await expect.poll(runsEnded, POLL_OPTIONS).toBe(true);
    const release = system.blockWrites();
    reconciler.signal('SIGCONT');
    await system.waitForStatus(training, 'finalizing');
    return { training, release, reconciler };
  };

  it('writes the manifest of an ended run before it exits', async () => {
    const { training, release, reconciler } = await finalizing();
    reconciler.signal('SIGTERM');
    await sleep(300);
    expect((await system.load(training)).status).toBe('finalizing');
    release();
    expect(await reconciler.exited).toBe(0);
    expect((await system.load(training)).status).toBe('completed');
    const versions = await system.fleet.deps.manifests.listVersions(training.request.subject);
    expect(versions).toMatchObject([{ status: 'completed', training_id: training.id }]);
  });

  it('exits at once on a second SIGTERM, and a successor writes the manifest', async () => {
    const { training, release, reconciler } = await finalizing();
    reconciler.signal('SIGTERM');
    await sleep(1_200);
    reconciler.signal('SIGTERM');
    expect(await reconciler.exited).toBe(1);
    release();
    system.fleet.start('reconciler');
    await system.waitForStatus(training, 'completed');
  });

  it('exits while Redis is unavailable', async () => {
    const reconciler = system.fleet.start('reconciler');
    await expect.poll(() => system.readLog('reconciler'), POLL_OPTIONS).toContain('reconciler_started');
    process.kill(system.redis.pid, 'SIGKILL');
    await sleep(500);
    reconciler.signal('SIGTERM');
    expect(await reconciler.exited).toBe(0);
    await system.redis.restart();
  });
});

describe('an API with open requests', () => {
  const body = JSON.stringify({
    kind: 'actor',
    subject_id: 'late',
    trigger: 'ohwx',
    images: ['s3://local/images/a.png'],
  });
  const head = (path: string, length: number) =>
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

  const listening = async () => {
    const port = await freePort();
    const api = system.fleet.start('api', { PORT: String(port), ...HELD_SUBMISSIONS });
    const alive = () =>
      fetch(`http://127.0.0.1:${port}/livez`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(alive, POLL_OPTIONS).toBe(true);
    return { api, port, alive };
  };

  const begin = async (port: number, text: string) => {
    const socket: Socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += String(data);
    });
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.write(text, resolve));
    await sleep(200);
    return { socket, answer: () => answer };
  };

  const lateTrainings = async () => (await system.fleet.deps.store.list({ limit: 10 })).items;

  it('answers them after SIGTERM, accepts no new requests, and has saved each training of a 202', async () => {
    const { api, port, alive } = await listening();
    const { socket, answer } = await begin(port, head('/api/trainings', body.length) + body.slice(0, 20));
    const idle = await begin(port, '');
    api.signal('SIGTERM');
    await expect.poll(alive, POLL_OPTIONS).toBe(false);
    socket.write(body.slice(20));
    await expect.poll(answer, POLL_OPTIONS).toMatch(/^HTTP\/1.1 202/);
    expect(await api.exited).toBe(0);
    expect(await lateTrainings()).toMatchObject([{ status: 'queued' }]);
    idle.socket.destroy();
  });

  it('answers them after a crash and exits with 1', async () => {
    const { api, port } = await listening();
    const { socket, answer } = await begin(port, head('/api/trainings', body.length) + body.slice(0, 20));
    api.signal('SIGWINCH');
    await expect.poll(() => system.readLog('api'), POLL_OPTIONS).toContain('process_failed');
    socket.write(body.slice(20));
    await expect.poll(answer, POLL_OPTIONS).toMatch(/^HTTP\/1.1 202/);
    expect(await api.exited).toBe(1);
    expect(await lateTrainings()).toHaveLength(1);
  });
});
