import type { Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createMemorySystem, type MemorySystem } from '../../test/memory-system.ts';
import { advance } from '../lifecycle/advance.ts';
import { cancelTraining } from './cancel.ts';
import { resolveTraining } from './resolve.ts';

/** A training whose submission is unconfirmed, at an endpoint that other programs use too. */
async function submitUnconfirmed(): Promise<{ system: MemorySystem; id: string }> {
  const system = await createMemorySystem({ settings: { exclusiveEndpoint: false } });
  system.provider.submitResults.push({ result: { kind: 'unclear', message: 'connection reset' } });
  const training = await system.accept();
  await system.waitForStatus(training, 'unconfirmed');
  return { system, id: training.id };
}

describe('an unconfirmed submission at a shared endpoint', () => {
  it('needs attention, and is sent again once an operator confirms that its run is dead', async () => {
    const { system, id } = await submitUnconfirmed();
    await system.waitFor(async () => (await system.load({ id })).needsAttention);
    const unsafe = resolveTraining(system.deps, id, { action: 'resubmit', attempt: 1, runIsDead: false });
    await expect(unsafe).rejects.toMatchObject({ code: 'invalid_request' });
    await resolveTraining(system.deps, id, { action: 'resubmit', attempt: 1, runIsDead: true });
    expect(await system.waitForStatus({ id }, 'completed')).toMatchObject({
      attemptsStarted: 2,
      attemptsSpent: 1,
    });
    const events = await system.deps.store.listEvents(id);
    expect(events.find(({ cause }) => cause === 'person')).toMatchObject({ type: 'submission_refuted' });
  });

  it('adopts no run that the provider does not know, and rejects the resolution of a different attempt', async () => {
    const { system, id } = await submitUnconfirmed();
    const unknown = resolveTraining(system.deps, id, { action: 'adopt', attempt: 1, runId: 'unknown' });
    await expect(unknown).rejects.toMatchObject({ code: 'invalid_request' });
    const late = resolveTraining(system.deps, id, { action: 'fail', runIsDead: true, attempt: 7 });
    await expect(late).rejects.toMatchObject({ code: 'wrong_state' });
    await resolveTraining(system.deps, id, { action: 'fail', runIsDead: true, attempt: 1 });
    await system.waitForStatus({ id }, 'failed');
  });
});

const MINUTE_MS = 60_000;
const FAIL = { action: 'fail', attempt: 1, runIsDead: true } as const;

/** A training whose run never ends, with a deadline 42 min after its start; a caller cancels it where `cancels`. */
async function startHanging({ cancels = false } = {}): Promise<{ system: MemorySystem; id: string }> {
  const settings = { executionTimeoutMs: MINUTE_MS, queueBudgetMs: MINUTE_MS };
  const system = await createMemorySystem({ settings });
  system.provider.plans.push({ hangs: true });
  const { id } = await system.waitForStatus(await system.accept(), 'running');
  if (cancels) {
    const unavailable = { kind: 'unavailable', message: 'HTTP 502' } as const;
    system.provider.cancelResults.push(...Array.from({ length: 1_000 }, () => unavailable));
    await cancelTraining(system.deps, id, 'ana');
  }
  return { system, id };
}

function fail({ deps }: MemorySystem, id: string, runIsDead = true): Promise<Training> {
  return resolveTraining(deps, id, { ...FAIL, runIsDead });
}

function wrongState(text: string) {
  return { code: 'wrong_state', message: expect.stringContaining(text) };
}

describe('a run that RunPod does not answer for', () => {
  it.each([
    [false, 'failed'],
    [true, 'cancelled'],
  ] as const)(
    'ends by an operator only after its deadline and 10 min without an answer of RunPod',
    async (cancels, end) => {
      const { system, id } = await startHanging({ cancels });
      system.provider.unavailable = true;
      await system.run(15 * MINUTE_MS);
      await expect(fail(system, id)).rejects.toMatchObject(wrongState('may be alive until'));
      await system.run(30 * MINUTE_MS);
      await expect(fail(system, id, false)).rejects.toMatchObject({ code: 'invalid_request' });
      system.provider.unavailable = false;
      await expect(fail(system, id)).rejects.toMatchObject(wrongState('RunPod answers'));
      system.provider.unavailable = true;
      expect((await fail(system, id)).status).toBe(end);
      const event = (await system.deps.store.listEvents(id)).findLast(({ cause }) => cause === 'person');
      expect(event).toMatchObject({ type: 'run_declared_dead', detail: { attempt: 1 } });
      expect(await system.deps.store.listActiveAttempts()).toEqual([]);
    },
  );

  it('is not ended by an operator when RunPod answered within the last 10 min', async () => {
    const { system, id } = await startHanging({ cancels: true });
    system.provider.unavailable = true;
    await system.run(43 * MINUTE_MS);
    system.provider.unavailable = false;
    await system.run(MINUTE_MS);
    system.provider.unavailable = true;
    await system.run(5 * MINUTE_MS);
    await expect(fail(system, id)).rejects.toMatchObject(wrongState('10 min'));
    await system.run(6 * MINUTE_MS);
    expect((await fail(system, id)).status).toBe('cancelled');
  });

  it.each(['adopt', 'resubmit'] as const)('is never a reason to %s', async (action) => {
    const { system, id } = await startHanging();
    const request = action === 'adopt' ? ({ action, runId: 'run-1' } as const) : { action, runIsDead: true };
    await expect(resolveTraining(system.deps, id, { ...request, attempt: 1 })).rejects.toMatchObject({
      code: 'wrong_state',
    });
  });
});

describe('an output that cannot be verified', () => {
  it('ends by an operator once the training needs attention, and its address stays as text', async () => {
    const { system, id } = await startHanging();
    const loraUrl = 'https://cdn.example/a.safetensors';
    const outcome = { status: 'completed', output: { loraUrl } } as const;
    const ended = { type: 'run_ended', cause: 'poll', attempt: 1, runId: 'run-1', outcome } as const;
    await advance(system.deps, id, { ...ended, at: system.deps.clock.now() });
    await expect(resolveTraining(system.deps, id, FAIL)).rejects.toMatchObject({ code: 'wrong_state' });
    const reason = 'the object store refuses every request';
    await advance(system.deps, id, { type: 'attention_raised', at: 1, cause: 'poll', reason });
    expect(await resolveTraining(system.deps, id, FAIL)).toMatchObject({
      status: 'failed',
      failure: { code: 'output_unverified', message: expect.stringContaining(reason) },
      attempt: { output: { loraUrl } },
    });
  });
});
