import type { Failure } from '@trainyard/domain';
import type { SubmitResult } from '../src/index.ts';
import { providerContract, type SubmissionFault } from '../src/testing/contracts/provider.ts';
import { createMemoryObjectStore } from '../src/testing/memory/object-store.ts';
import { createMemoryProvider } from './memory-provider.ts';

const message = 'injected';
const RESULTS: Readonly<Record<SubmissionFault, { result: SubmitResult; accepts?: boolean }>> = {
  unreachable: { result: { kind: 'not_sent', reason: 'unreachable', message } },
  rate_limited: { result: { kind: 'not_sent', reason: 'rate_limited', message } },
  refused_request: { result: { kind: 'refused', scope: 'request', httpStatus: 400, message } },
  refused_account: { result: { kind: 'refused', scope: 'account', httpStatus: 401, message } },
  unclear: { result: { kind: 'unclear', message } },
  unclear_accepted: { result: { kind: 'unclear', message }, accepts: true },
};

providerContract('memory', async () => {
  let nowMs = 0;
  const provider = createMemoryProvider({
    now: () => nowMs,
    objects: createMemoryObjectStore(),
    durationMs: 1_000,
    endpointId: 'ep',
  });
  let trainings = 0;
  return {
    close: async () => undefined,
    port: {
      provider,
      buildSubmission: async () => {
        trainings += 1;
        const training_config = { output_key: `models/${trainings}.safetensors` };
        return { endpointId: 'ep', input: { training_config }, executionTimeoutMs: 10_000, ttlMs: 20_000 };
      },
      failNextSubmission: (fault) => void provider.submitResults.push(RESULTS[fault]),
      failNextRun: (cls) =>
        void provider.plans.push({ failure: { class: cls, code: 'x', message } as Failure }),
      hangNextRun: () => void provider.plans.push({ hangs: true }),
      countRuns: () => provider.runs.length,
      waitForEnd: async () => {
        nowMs += 1_000;
      },
    },
  };
});
