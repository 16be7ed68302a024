import { advance, createWebhookToken, reconcile } from '@trainyard/application';
import { type Attempt, toDefaultOutputKey } from '@trainyard/domain';
import { WEBHOOK_PATH } from '@trainyard/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { openTestSystem, SECRET, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  system = await openTestSystem();
});

/** Starts attempt 1 of a new training; without a run the submission is unconfirmed. */
async function start(runId?: string): Promise<string> {
  const { call, deps } = system;
  const body = { kind: 'actor', subject_id: '0019', force: true };
  const { id } = (await call('POST', '/api/trainings', body)).json();
  const at = deps.clock.now();
  const attempt: Attempt = {
    ...{ number: 1, endpointId: 'ep1', startedAt: at, executionTimeoutMs: 1, ttlMs: 1 },
    ...{ attemptDeadline: at + 3_600_000, versionName: `of-${id}`, modelName: `actor_0019_${id}` },
    ...{ lockToken: 't', nonce: `nonce-${id}`, outputKey: toDefaultOutputKey(id, 1) },
  };
  const base = { at, cause: 'dispatcher', attempt: 1 } as const;
  await advance(deps, id, { ...base, type: 'submission_started', attempt });
  await advance(
    deps,
    id,
    runId === undefined
      ? { ...base, type: 'submission_unclear', reason: 'connection reset' }
      : { ...base, type: 'submission_accepted', runId },
  );
  return id;
}

describe('the run of a different training', () => {
  it('is not adopted by a webhook with the right token of an unconfirmed training', async () => {
    const { call, deps } = system;
    await start('run-of-v');
    const id = await start();
    const query = new URLSearchParams({
      ...{ training: id, attempt: '1' },
      token: createWebhookToken(SECRET, id, 1),
    });
    const webhook = { id: 'run-of-v', status: 'COMPLETED', output: { loraUrl: 's3://local/v.safetensors' } };
    expect((await call('POST', `${WEBHOOK_PATH}?${query}`, webhook)).statusCode).toBe(200);
    const outcome = { status: 'completed', output: {} } as const;
    const provider = {
      ...deps.provider,
      observe: async () => ({ kind: 'ended', outcome }) as const,
      health: async () => ({ kind: 'unavailable', message: 'HTTP 502' }) as const,
    };
    await reconcile({ ...deps, provider }, id);
    const view = (await call('GET', `/api/trainings/${id}`)).json();
    expect(view).toMatchObject({ status: 'unconfirmed', runpod_job_id: null });
  });

  it('is not adopted by an operator: 409 run_belongs_to_another', async () => {
    await start('run-of-v');
    const id = await start();
    const body = { action: 'adopt', attempt: 1, runpod_job_id: 'run-of-v' };
    const answer = await system.call('POST', `/api/trainings/${id}/resolve`, body);
    expect(answer.json()).toMatchObject({ status: 409, code: 'run_belongs_to_another' });
    const late = await system.call('POST', `/api/trainings/${id}/resolve`, { ...body, attempt: 2 });
    expect(late.json()).toMatchObject({ status: 409, code: 'wrong_state' });
  });
});
