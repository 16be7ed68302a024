import { describe, expect, it } from 'vitest';
import type { StateStoreFixture } from './fixture.ts';

/** Dispatch control, alarms, received webhooks, and idempotency claims of calls. */
export function testControl(on: StateStoreFixture): void {
  describe('setControl', () => testSetControl(on));
  describe('recordReading', () => testAlarms(on));
  describe('recordWebhook', () => testWebhooks(on));
  describe('idempotencyClaims', () => testCallClaims(on));
}

function testSetControl(on: StateStoreFixture): void {
  it('changes the named fields only, and deletes the reason when the pause ends', async () => {
    const paused = { maxConcurrency: 3, paused: true, reason: 'night', epoch: 'epoch-1' };
    expect(await on.store.setControl({ maxConcurrency: 3, paused: true, reason: 'night' })).toEqual(paused);
    expect(await on.store.setControl({ paused: false })).toEqual({
      maxConcurrency: 3,
      paused: false,
      epoch: 'epoch-1',
    });
  });

  it('rejects a concurrency limit below 1', async () => {
    await expect(on.store.setControl({ maxConcurrency: 0 })).rejects.toMatchObject({
      code: 'invalid_concurrency_limit',
    });
    expect((await on.store.getControl()).maxConcurrency).toBe(2);
  });

  it('keeps the first of two gates until it is opened', async () => {
    const [first, second] = (['no credit', 'no worker'] as const).map(
      (reason, since) => ({ reason, since: since + 1, reopensWhen: 'probe_run' }) as const,
    );
    await on.store.setControl({ gate: first ?? null });
    await on.store.setControl({ gate: second ?? null });
    expect((await on.store.getControl()).gate).toEqual(first);
    expect(await on.store.setControl({ gate: null })).not.toHaveProperty('gate');
  });

  it('keeps no probe run of a gate that was opened meanwhile, so that the next gate admits no training', async () => {
    const gate = { reason: 'no credit', since: 3, reopensWhen: 'probe_run' } as const;
    for (const probeRun of [{ since: 1 }, { failedAt: 2 }]) {
      await on.store.setControl({ probeRun });
      expect((await on.store.setControl({ gate })).gate).toEqual(gate);
      await on.store.setControl({ gate: null });
    }
  });

  it.each([
    ['opening', { gate: null }],
    ['offer of a probe run', { probeRun: { since: 9 } }],
    ['failed probe run', { probeRun: { failedAt: 9 } }],
  ] as const)('leaves a newer gate closed: %s', async (_, change) => {
    const gate = { reason: 'no credit', since: 4, reopensWhen: 'probe_run' } as const;
    await on.store.setControl({ gate });
    expect((await on.store.setControl({ ...change, gateSince: 3 })).gate).toEqual(gate);
    expect((await on.store.setControl({ ...change, gateSince: 4 })).gate).not.toEqual(gate);
  });

  it('sets the count of failed runs, and deletes it with 0', async () => {
    expect(await on.store.setControl({ failedRuns: 4 })).toMatchObject({ failedRuns: 4 });
    expect(await on.store.setControl({ gate: null })).toMatchObject({ failedRuns: 4 });
    expect(await on.store.setControl({ failedRuns: 0 })).not.toHaveProperty('failedRuns');
  });
}

function testAlarms(on: StateStoreFixture): void {
  it('counts bad readings from the first one, and clears the alarm with a good reading', async () => {
    const read = (at: number, detail?: object) =>
      on.store.recordReading('endpoint_runs_unknown', { at, detail: detail && { ...detail } });
    const first = { code: 'endpoint_runs_unknown', since: 1, readings: 1, detail: { unknown: [] } };
    const second = { ...first, readings: 2, detail: { unknown: ['r'] } };
    expect(await read(1, { unknown: [] })).toEqual({ after: first });
    expect(await read(2, { unknown: ['r'] })).toEqual({ before: first, after: second });
    expect(await on.store.listAlarms()).toEqual([second]);
    expect(await read(3)).toEqual({ before: second });
    expect(await on.store.listAlarms()).toEqual([]);
  });
}

function testWebhooks(on: StateStoreFixture): void {
  it('keeps the newest five webhooks of an attempt', async () => {
    for (let at = 1; at <= 7; at += 1) await on.store.recordWebhook('t', { at, attempt: 1 });
    expect((await on.store.listWebhooks('t', 1)).map(({ at }) => at)).toEqual([7, 6, 5, 4, 3]);
    expect(await on.store.listWebhooks('t', 2)).toEqual([]);
  });

  it('finds the time of the newest webhook of any training', async () => {
    expect(await on.store.findLastWebhookTime()).toBeUndefined();
    await on.store.recordWebhook('t', { at: 5, attempt: 1 });
    await on.store.recordWebhook('u', { at: 8, attempt: 2 });
    expect(await on.store.findLastWebhookTime()).toBe(8);
  });
}

function testCallClaims(on: StateStoreFixture): void {
  const response = { status: 200, headers: {}, body: '{}' };

  it('replays the saved response to the same request and rejects a different one', async () => {
    const claims = on.store.idempotencyClaims;
    const claim = { key: 'k', fingerprint: 'f' };
    const first = await claims.claim(claim);
    if (first.kind !== 'claimed') throw new Error(first.kind);
    expect(first.interrupted).toBe(false);
    expect(await claims.claim(claim)).toEqual({ kind: 'in_flight' });
    expect(await claims.claim({ key: 'k', fingerprint: 'g' })).toEqual({ kind: 'conflict' });
    await claims.saveResponse('k', 'a different owner', { ...response, status: 500 });
    await claims.saveResponse('k', first.owner, response);
    expect(await claims.claim(claim)).toEqual({ kind: 'replayed', response });
  });

  it('hands an interrupted claim to the next call, with the note of the first one', async () => {
    const claims = on.store.idempotencyClaims;
    const claim = { key: 'k', fingerprint: 'f' };
    const first = await claims.claim(claim);
    if (first.kind !== 'claimed') throw new Error(first.kind);
    expect(await claims.getOrSaveNote('k', 'first')).toBe('first');
    await claims.markInterrupted('k', first.owner);
    expect(await claims.claim(claim)).toMatchObject({ kind: 'claimed', interrupted: true });
    expect(await claims.getOrSaveNote('k', 'second')).toBe('first');
  });

  it('frees the key of a call without an effect', async () => {
    const claims = on.store.idempotencyClaims;
    const first = await claims.claim({ key: 'k', fingerprint: 'f' });
    if (first.kind !== 'claimed') throw new Error(first.kind);
    await claims.release('k', first.owner);
    expect(await claims.claim({ key: 'k', fingerprint: 'g' })).toMatchObject({
      kind: 'claimed',
      interrupted: false,
    });
  });
}
