import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import {
  type ProviderUnderTest,
  providerContract,
  type SubmissionFault,
} from '@trainyard/application/testing';
import { createRunPodProvider } from '@trainyard/runpod';
import type { FaultRequest } from '../src/index.ts';
import { buildSubmission, ENDPOINT, eventually, KEY, startSimulator } from './fixture.ts';

const FAULTS: Readonly<Record<Exclude<SubmissionFault, 'unreachable'>, FaultRequest>> = {
  rate_limited: { kind: 'answer', op: 'run', http_status: 429 },
  refused_request: { kind: 'answer', op: 'run', http_status: 400, body: { error: 'no' } },
  refused_account: { kind: 'answer', op: 'run', http_status: 401 },
  unclear: { kind: 'drop', op: 'run' },
  unclear_accepted: { kind: 'drop', op: 'run', after_accepting: true },
};
const MESSAGES = {
  data: "'utf-8' codec can't decode byte 0x92 in position 24: invalid start byte",
  out_of_memory: 'Allocation on device',
  provider: 'job timed out after 1 retries',
  timeout: 'executionTimeout exceeded',
  configuration: 'Error while deserializing header: HeaderTooLarge',
  unknown: 'something new',
};

/** A port on which no server listens. */
async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The RunPod adapter over HTTP; the next submission goes to a closed port after `failNextSubmission('unreachable')`. */
async function openProvider(): Promise<ProviderUnderTest> {
  const { simulator, store, provider } = await startSimulator({ endpointIds: [ENDPOINT] });
  const baseUrl = `http://127.0.0.1:${await findClosedPort()}/v2`;
  const unreachable = createRunPodProvider({ apiKey: KEY, baseUrl });
  let isUnreachable = false;
  let trainings = 0;
  return {
    provider: {
      ...provider,
      submit: (...args) => {
        const target = isUnreachable ? unreachable : provider;
        isUnreachable = false;
        return target.submit(...args);
      },
    },
    buildSubmission: () => {
      trainings += 1;
      return buildSubmission(store, { id: `t${trainings}` });
    },
    failNextSubmission: (fault) => {
      isUnreachable = fault === 'unreachable';
      if (fault !== 'unreachable') simulator.faults.push(FAULTS[fault]);
    },
    failNextRun: (cls) => simulator.faults.push({ kind: 'error', message: MESSAGES[cls] }),
    hangNextRun: () => simulator.faults.push({ kind: 'run_hang' }),
    countRuns: () => simulator.history.jobs().length,
    waitForEnd: (runId) =>
      eventually(async () => {
        const { kind } = await provider.observe(ENDPOINT, runId);
        if (kind !== 'ended') throw new Error(`run ${runId} is ${kind}`);
      }),
  };
}

providerContract('RunPod', async () => ({ port: await openProvider(), close: async () => undefined }));
