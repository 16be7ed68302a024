import type { FailureClass } from '@trainyard/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Provider, Submission } from '../../ports/provider.ts';
import type { PortHandle } from './port-handle.ts';

/** The faults that a submission can meet. `unclear_accepted`: the run exists although its answer is lost. */
export type SubmissionFault =
  | 'unreachable'
  | 'rate_limited'
  | 'refused_request'
  | 'refused_account'
  | 'unclear'
  | 'unclear_accepted';

/** A provider with an empty endpoint, whose faults and runs the cases control. */
export interface ProviderUnderTest {
  readonly provider: Provider;
  /** Builds the submission of a further training. */
  buildSubmission(): Promise<Submission>;
  /** Injects the fault into the next submission. */
  failNextSubmission(fault: SubmissionFault): void;
  /** Ends the next run with an error of this class. */
  failNextRun(cls: FailureClass): void;
  /** The next run does not end by itself. */
  hangNextRun(): void;
  /** The number of runs that the provider has accepted. */
  countRuns(): number;
  /** Waits until the run has ended. */
  waitForEnd(runId: string): Promise<void>;
}

type Current = () => ProviderUnderTest;

/** The cases that every provider passes: what each result proves about the run (I2, I7). */
export function providerContract(name: string, open: () => Promise<PortHandle<ProviderUnderTest>>): void {
  describe(`${name} as a provider`, () => {
    let handle: PortHandle<ProviderUnderTest>;
    beforeEach(async () => {
      handle = await open();
    });
    afterEach(() => handle.close());
    const current = () => handle.port;
    testSubmissions(current);
    testEndpoints(current);
    testEnds(current);
    testCancels(current);
  });
}

async function submitRun({ provider, buildSubmission }: ProviderUnderTest): Promise<[Submission, string]> {
  const submission = await buildSubmission();
  const result = await provider.submit(submission);
  if (result.kind !== 'accepted') throw new Error(`the run was not accepted: ${JSON.stringify(result)}`);
  return [submission, result.runId];
}

async function countLive({ provider, buildSubmission }: ProviderUnderTest): Promise<number> {
  const { endpointId } = await buildSubmission();
  const result = await provider.health(endpointId);
  if (result.kind !== 'health') throw new Error(`the endpoint did not answer: ${JSON.stringify(result)}`);
  return result.health.jobs.inQueue + result.health.jobs.inProgress;
}

function testSubmissions(current: Current): void {
  it('accepts a submission as a live run of its own', async () => {
    current().hangNextRun();
    const [{ endpointId }, runId] = await submitRun(current());
    current().hangNextRun();
    const [, other] = await submitRun(current());
    expect(other).not.toBe(runId);
    expect(await current().provider.observe(endpointId, runId)).toMatchObject({ kind: 'live' });
    expect(await countLive(current())).toBe(2);
  });

  it('asks once whether the request may be sent, and sends nothing when it may not', async () => {
    let asked = 0;
    const canSend = (): boolean => {
      asked += 1;
      return false;
    };
    const result = await current().provider.submit(await current().buildSubmission(), canSend);
    expect([result.kind, asked, current().countRuns()]).toEqual(['not_sent', 1, 0]);
  });

  it.each<[SubmissionFault, object]>([
    ['unreachable', { kind: 'not_sent', reason: 'unreachable' }],
    ['rate_limited', { kind: 'not_sent', reason: 'rate_limited' }],
    ['refused_request', { kind: 'refused', scope: 'request' }],
    ['refused_account', { kind: 'refused', scope: 'account' }],
  ])(
    'proves that no run exists after the fault %s, and accepts the next submission',
    async (fault, result) => {
      current().failNextSubmission(fault);
      expect(await current().provider.submit(await current().buildSubmission())).toMatchObject(result);
      expect([current().countRuns(), await countLive(current())]).toEqual([0, 0]);
      await submitRun(current());
      expect(current().countRuns()).toBe(1);
    },
  );

  it.each<[SubmissionFault, number]>([
    ['unclear', 0],
    ['unclear_accepted', 1],
  ])('does not claim to know whether a run exists after the fault %s', async (fault, runs) => {
    current().failNextSubmission(fault);
    current().hangNextRun();
    const result = await current().provider.submit(await current().buildSubmission());
    expect(result.kind).toBe('unclear');
    expect([current().countRuns(), await countLive(current())]).toEqual([runs, runs]);
  });
}

function testEndpoints(current: Current): void {
  it.each(['unknown-endpoint', 'https://provider.example/v2/ep/run'])(
    'refuses the endpoint id %s for every request and creates no run',
    async (endpointId) => {
      const { provider, buildSubmission, countRuns } = current();
      const submission = { ...(await buildSubmission()), endpointId };
      expect(await provider.submit(submission)).toMatchObject({ kind: 'refused', scope: 'endpoint' });
      expect(await provider.health(endpointId)).toMatchObject({ kind: 'denied', scope: 'endpoint' });
      expect(countRuns()).toBe(0);
    },
  );

  it('reports an unknown run as missing', async () => {
    const { endpointId } = await current().buildSubmission();
    expect(await current().provider.observe(endpointId, 'unknown-run')).toEqual({ kind: 'missing' });
  });
}

function testEnds(current: Current): void {
  it('reports a completed run with its output, and no longer counts it', async () => {
    const [{ endpointId }, runId] = await submitRun(current());
    await current().waitForEnd(runId);
    expect(await current().provider.observe(endpointId, runId)).toMatchObject({
      kind: 'ended',
      outcome: { status: 'completed', output: { loraUrl: expect.any(String) } },
    });
    expect(await countLive(current())).toBe(0);
  });

  it.each(['data', 'out_of_memory', 'provider'] as const)(
    'reports a run that failed with class %s',
    async (cls) => {
      current().failNextRun(cls);
      const [{ endpointId }, runId] = await submitRun(current());
      await current().waitForEnd(runId);
      expect(await current().provider.observe(endpointId, runId)).toMatchObject({
        kind: 'ended',
        outcome: { status: 'failed', failure: { class: cls } },
      });
    },
  );
}

function testCancels(current: Current): void {
  it('reports a cancelled run as cancelled once its cancel has ended it', async () => {
    current().hangNextRun();
    const [{ endpointId }, runId] = await submitRun(current());
    expect(await current().provider.cancel(endpointId, runId)).toEqual({ kind: 'acknowledged' });
    await current().waitForEnd(runId);
    expect(await current().provider.observe(endpointId, runId)).toMatchObject({
      kind: 'ended',
      outcome: { status: 'cancelled' },
    });
  });

  it('keeps the success of a run that ended before its cancel', async () => {
    const [{ endpointId }, runId] = await submitRun(current());
    await current().waitForEnd(runId);
    await current().provider.cancel(endpointId, runId);
    expect(await current().provider.observe(endpointId, runId)).toMatchObject({
      outcome: { status: 'completed' },
    });
  });
}
