import { Agent, request as sendHttp } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startApiProcess } from './api-process.ts';
import { toWebhookPath } from './test-system.ts';

it('answers 200 to each of 1 000 webhooks a second for 10 s, of which 90 % are duplicates', async () => {
  const api = await startApiProcess();
  const body = JSON.stringify({ id: 'run-1', status: 'COMPLETED', executionTime: 5 });
  // A few hundred workers of RunPod share their connections.
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  onTestFinished(() => agent.destroy());
  const send = (n: number) =>
    new Promise<number | undefined>((resolve, reject) => {
      const url = `${api.url}${toWebhookPath(`t${Math.floor(n / 10)}`)}`;
      sendHttp(url, { method: 'POST', agent }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      })
        .on('error', reject)
        .end(body);
    });
  const answers: Promise<number | undefined>[] = [];
  for (let tick = 0; tick < 100; tick += 1) {
    for (let n = 0; n < 100; n += 1) answers.push(send(100 * tick + n));
    await wait(100);
  }
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  expect(answers).toHaveLength(10_000);
});
