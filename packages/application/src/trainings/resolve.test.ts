import { describe, expect, it } from 'vitest';
import { createMemorySystem, type MemorySystem } from '../../test/memory-system.ts';
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
    const unsafe = resolveTraining(system.deps, id, { action: 'resubmit', runIsDead: false });
    await expect(unsafe).rejects.toMatchObject({ code: 'invalid_request' });
    await resolveTraining(system.deps, id, { action: 'resubmit', runIsDead: true });
    expect(await system.waitForStatus({ id }, 'completed')).toMatchObject({
      attemptsStarted: 2,
      attemptsSpent: 1,
    });
    const events = await system.deps.store.listEvents(id);
    expect(events.find(({ cause }) => cause === 'person')).toMatchObject({ type: 'submission_refuted' });
  });

  it('adopts no run that the provider does not know, and rejects the resolution of a different attempt', async () => {
    const { system, id } = await submitUnconfirmed();
    const unknown = resolveTraining(system.deps, id, { action: 'adopt', runId: 'unknown' });
    await expect(unknown).rejects.toMatchObject({ code: 'invalid_request' });
    const late = resolveTraining(system.deps, id, { action: 'fail', runIsDead: true, attempt: 7 });
    await expect(late).rejects.toMatchObject({ code: 'wrong_state' });
    await resolveTraining(system.deps, id, { action: 'fail', runIsDead: true, attempt: 1 });
    await system.waitForStatus({ id }, 'failed');
  });
});
