import type { Attempt, Training } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { createMemorySystem, type MemorySystem } from '../../test/memory-system.ts';
import { handleSubmitResult } from '../dispatch/handle-submit-result.ts';
import { advance } from '../lifecycle/advance.ts';
import { getRun } from '../lifecycle/revision.ts';
import { cancelTraining } from '../trainings/cancel.ts';
import { resolveTraining } from '../trainings/resolve.ts';
import { recordWebhook } from '../webhooks/record-webhook.ts';
import { finalize } from './finalize.ts';
import { reconcile } from './reconcile.ts';

const UNCLEAR = { kind: 'unclear', message: 'connection reset' } as const;
const MINUTE_MS = 60_000;

/** Submits a training without a clear answer; `accepts`: its run exists. */
async function submitUnclear(
  system: MemorySystem,
  accepts: boolean,
): Promise<{ readonly id: string; readonly attempt: Attempt }> {
  system.provider.submitResults.push({ result: UNCLEAR, accepts });
  const training = await system.waitForStatus(await system.accept(), 'unconfirmed');
  return training as Training & { readonly attempt: Attempt };
}

/** Delivers a webhook with a right token of the training that names a run. */
function deliverWebhook(system: MemorySystem, id: string, runId: string, attempt = 1): Promise<void> {
  return recordWebhook(system.deps, id, { attempt, runId, status: 'COMPLETED' });
}

/** Delivers RunPod's late answer to the submission of a training. */
function deliverAnswer(
  { deps }: MemorySystem,
  { id, attempt }: { readonly id: string; readonly attempt: Attempt },
  runId: string,
): Promise<void> {
  return handleSubmitResult(deps, { trainingId: id, attempt }, { kind: 'accepted', runId });
}

async function loadVersion(system: MemorySystem, id: string) {
  const { request } = await system.load({ id });
  return (await system.deps.manifests.listVersions(request.subject))[0];
}

describe('a webhook that names the run of a different training', () => {
  it('is never adopted: both trainings complete, each on its own run and with its own model', async () => {
    const system = await createMemorySystem();
    const victim = await system.waitForStatus(await system.accept(), 'running');
    const { id } = await submitUnclear(system, false);
    await deliverWebhook(system, id, 'run-1');
    const [own, other] = [
      await system.waitForStatus({ id }, 'completed'),
      await system.waitForStatus(victim, 'completed'),
    ];
    expect(getRun(own)?.runId).toBe('run-2');
    expect(getRun(other)?.runId).toBe('run-1');
    for (const training of [own, other])
      expect(training.status === 'completed' && training.model.loraUrl).toContain(training.id);
  });

  it('is not adopted while the run may be that of a submission in flight', async () => {
    const system = await createMemorySystem();
    const { id } = await submitUnclear(system, false);
    system.provider.submitResults.push({ result: UNCLEAR, accepts: true });
    const inFlight = await system.waitForStatus(await system.accept(), 'unconfirmed');
    // The state before the answer: the request is in flight.
    const submitting = { ...inFlight, status: 'submitting', rev: inFlight.rev + 1 } as Training;
    await system.deps.store.restore(submitting, inFlight);
    await deliverWebhook(system, id, 'run-1');
    await reconcile(system.deps, id);
    expect((await system.load({ id })).status).toBe('unconfirmed');
    await deliverAnswer(system, inFlight as never, 'run-1');
    expect(getRun(await system.waitForStatus(inFlight, 'completed'))?.runId).toBe('run-1');
    expect(getRun(await system.load({ id }))?.runId).not.toBe('run-1');
  });

  it('is not adopted where RunPod repeats an input that names a different training or attempt', async () => {
    const system = await createMemorySystem();
    system.provider.repeatsInput = true;
    const other = await submitUnclear(system, true);
    const { id } = await submitUnclear(system, false);
    await deliverWebhook(system, id, 'run-1');
    await reconcile(system.deps, id);
    expect((await system.load({ id })).status).toBe('unconfirmed');
    const adopt = { action: 'adopt', attempt: 1, runId: 'run-1' } as const;
    await expect(resolveTraining(system.deps, id, adopt)).rejects.toMatchObject({
      code: 'run_belongs_to_another',
    });
    await deliverWebhook(system, other.id, 'run-1');
    expect(getRun(await system.waitForStatus(other, 'completed'))?.runId).toBe('run-1');
  });
});

describe('an operator who adopts the run of a different training', () => {
  it('is refused while the training lives and after it has ended', async () => {
    const system = await createMemorySystem();
    const victim = await system.waitForStatus(await system.accept(), 'running');
    const { id } = await submitUnclear(system, false);
    const adopt = () => resolveTraining(system.deps, id, { action: 'adopt', attempt: 1, runId: 'run-1' });
    await expect(adopt()).rejects.toMatchObject({ code: 'run_belongs_to_another' });
    await system.deps.store.setControl({ paused: true });
    await system.waitForStatus(victim, 'completed');
    if ((await system.load({ id })).status === 'unconfirmed')
      await expect(adopt()).rejects.toMatchObject({ code: 'run_belongs_to_another' });
  });
});

describe('an answer that names an adopted run', () => {
  it('gives the run to its own training; the adopting training is unconfirmed again and holds its slot', async () => {
    const system = await createMemorySystem();
    const own = await submitUnclear(system, true);
    const { id } = await submitUnclear(system, false);
    await deliverWebhook(system, id, 'run-1');
    await system.waitForStatus({ id }, 'running');
    await deliverAnswer(system, own, 'run-1');
    await reconcile(system.deps, id);
    expect(await system.load({ id })).toMatchObject({
      status: 'unconfirmed',
      needsAttention: { reason: expect.stringContaining('run_claimed_twice') },
    });
    const active = await system.deps.store.listActiveAttempts();
    expect(active.map(({ trainingId }) => trainingId)).toContain(id);
    expect(await system.waitForStatus(own, 'completed')).toMatchObject({ attempt: { runId: 'run-1' } });
    expect(getRun(await system.waitForStatus({ id }, 'completed'))?.runId).toBe('run-2');
  });

  it('leaves a cancel request that arrives before the run is returned in force', async () => {
    const system = await createMemorySystem();
    const own = await submitUnclear(system, true);
    const { id } = await submitUnclear(system, false);
    await deliverWebhook(system, id, 'run-1');
    await system.waitForStatus({ id }, 'running');
    await deliverAnswer(system, own, 'run-1');
    expect(await cancelTraining(system.deps, id, 'ana')).toMatchObject({
      status: 'unconfirmed',
      cancelRequested: { by: 'ana' },
    });
    await system.waitForStatus({ id }, 'cancelled');
    expect(getRun(await system.waitForStatus(own, 'completed'))?.runId).toBe('run-1');
  });

  it('removes the version that finalizing has written meanwhile', async () => {
    const system = await createMemorySystem();
    const own = await submitUnclear(system, true);
    const { id } = await submitUnclear(system, false);
    await deliverWebhook(system, id, 'run-1');
    await system.waitForStatus({ id }, 'running');
    const ended = { type: 'run_ended', cause: 'poll', attempt: 1, runId: 'run-1' } as const;
    const outcome = {
      status: 'completed',
      output: { loraUrl: 'https://cdn.example/a.safetensors' },
    } as const;
    const finalizing = await advance(system.deps, id, { ...ended, at: system.deps.clock.now(), outcome });
    const { manifests } = system.deps;
    let written: unknown;
    const racing: typeof manifests = {
      ...manifests,
      finalizeVersion: async (...args) => {
        const version = await manifests.finalizeVersion(...args);
        written ??= version;
        await deliverAnswer(system, own, 'run-1');
        return version;
      },
    };
    await finalize({ ...system.deps, manifests: racing }, finalizing as never);
    expect(written).toMatchObject({ status: 'completed' });
    expect(await system.load({ id })).toMatchObject({ status: 'unconfirmed' });
    expect(await loadVersion(system, id)).toMatchObject({ status: 'pending' });
    expect(await loadVersion(system, id)).not.toHaveProperty('loraUrl');
  });

  it('removes the version that finalizing has written of the run that it replaces', async () => {
    const system = await createMemorySystem();
    const own = await submitUnclear(system, true);
    await submitUnclear(system, true);
    await deliverWebhook(system, own.id, 'run-2');
    await system.waitForStatus(own, 'running');
    const output = { loraUrl: 'https://cdn.example/a.safetensors' };
    const finalizing = await advance(system.deps, own.id, {
      ...{ type: 'run_ended', at: system.deps.clock.now(), cause: 'poll', attempt: 1, runId: 'run-2' },
      outcome: { status: 'completed', output },
    });
    const { manifests } = system.deps;
    const racing: typeof manifests = {
      ...manifests,
      finalizeVersion: async (...args) => {
        const version = await manifests.finalizeVersion(...args);
        await deliverAnswer(system, own, 'run-1');
        return version;
      },
    };
    await finalize({ ...system.deps, manifests: racing }, finalizing as never);
    expect(await system.load(own)).toMatchObject({ status: 'submitted', attempt: { runId: 'run-1' } });
    expect(await loadVersion(system, own.id)).toMatchObject({ status: 'pending', runpod_job_id: 'run-1' });
    expect(await loadVersion(system, own.id)).not.toHaveProperty('loraUrl');
  });

  it('leaves a training as it ended on the run', async () => {
    const system = await createMemorySystem();
    const own = await submitUnclear(system, true);
    const { id } = await submitUnclear(system, false);
    await deliverWebhook(system, id, 'run-1');
    await system.waitForStatus({ id }, 'running');
    await advance(system.deps, id, {
      ...{ type: 'run_ended', at: system.deps.clock.now(), cause: 'poll', attempt: 1, runId: 'run-1' },
      outcome: { status: 'failed', failure: { class: 'data', code: 'x', message: 'bad caption' } },
    });
    await deliverAnswer(system, own, 'run-1');
    await system.run(MINUTE_MS);
    expect((await system.load({ id })).status).toBe('failed');
    expect(getRun(await system.waitForStatus(own, 'completed'))?.runId).toBe('run-1');
  });

  it('is unclear when RunPod gave the same id to an earlier submission, and the run is not cancelled', async () => {
    const system = await createMemorySystem();
    const first = await system.waitForStatus(await system.accept(), 'running');
    system.provider.submitResults.push({ result: { kind: 'accepted', runId: 'run-1' } });
    const second = await system.waitForStatus(await system.accept(), 'unconfirmed');
    expect(second).toMatchObject({ reason: expect.stringContaining('run-1') });
    await system.waitForStatus(first, 'completed');
  });
});

describe('an orphaned run', () => {
  /** A training on its second attempt, and RunPod's late answer to the first. */
  async function openOrphan() {
    const system = await createMemorySystem();
    system.provider.plans.push({ hangs: true });
    const first = await submitUnclear(system, true);
    await resolveTraining(system.deps, first.id, { action: 'resubmit', attempt: 1, runIsDead: true });
    await system.waitForStatus(first, 'running');
    return { system, first };
  }

  it('is cancelled until RunPod acknowledges, and its training needs attention meanwhile', async () => {
    const { system, first } = await openOrphan();
    const unavailable = { kind: 'unavailable', message: 'HTTP 502' } as const;
    system.provider.cancelResults.push(unavailable, unavailable);
    await deliverAnswer(system, first, 'run-1');
    expect(system.errors).toContain('orphaned_run_found');
    expect((await system.load(first)).needsAttention?.reason).toContain('orphaned run run-1');
    await system.waitFor(async () => (await system.load(first)).needsAttention === undefined);
    expect(system.provider.runs[0]?.outcome).toMatchObject({ status: 'cancelled' });
    expect(getRun(await system.waitForStatus(first, 'completed'))?.runId).toBe('run-2');
  });

  it('marks its training once, also beside a different reason for attention', async () => {
    const system = await createMemorySystem({ settings: { exclusiveEndpoint: false } });
    system.provider.plans.push({ hangs: true });
    const first = await submitUnclear(system, true);
    system.provider.submitResults.push({ result: UNCLEAR });
    await resolveTraining(system.deps, first.id, { action: 'resubmit', attempt: 1, runIsDead: true });
    const attention = async () => (await system.load(first)).needsAttention;
    await system.waitFor(attention);
    system.provider.cancelResults.push(...Array(1_000).fill({ kind: 'unavailable', message: 'HTTP 502' }));
    await deliverAnswer(system, first, 'run-1');
    await system.run(60 * MINUTE_MS);
    const events = await system.deps.store.listEvents(first.id);
    expect(events.filter(({ type }) => type === 'attention_raised').length).toBeLessThanOrEqual(2);
    expect((await attention())?.reason).toContain('shared');
  });

  it('is cancelled again after RunPod did not know it: the run may not have been registered yet', async () => {
    const { system, first } = await openOrphan();
    system.provider.cancelResults.push({ kind: 'missing' });
    await deliverAnswer(system, first, 'run-1');
    await system.waitFor(async () => system.provider.runs[0]?.outcome);
    expect(system.provider.runs[0]?.outcome).toMatchObject({ status: 'cancelled' });
  });

  it('is cancelled also after its training has ended', async () => {
    const { system, first } = await openOrphan();
    await system.waitForStatus(first, 'completed');
    await system.run(MINUTE_MS);
    const unavailable = { kind: 'unavailable', message: 'HTTP 502' } as const;
    system.provider.cancelResults.push(unavailable, unavailable, unavailable);
    await deliverAnswer(system, first, 'run-1');
    await system.waitFor(async () => system.provider.runs[0]?.outcome);
    expect((await system.load(first)).status).toBe('completed');
  });

  it('is not cancelled by the id of a webhook, nor when the run belongs to a different attempt', async () => {
    const { system, first } = await openOrphan();
    await deliverWebhook(system, first.id, 'run-1', 1);
    await system.run(MINUTE_MS);
    expect(system.provider.runs[0]?.outcome).toBeUndefined();
    const other = await submitUnclear(system, false);
    await resolveTraining(system.deps, other.id, { action: 'adopt', attempt: 1, runId: 'run-1' });
    await deliverAnswer(system, first, 'run-1');
    await system.run(MINUTE_MS);
    expect(system.provider.runs[0]?.outcome).toBeUndefined();
    expect(getRun(await system.load(other))?.runId).toBe('run-1');
  });
});
