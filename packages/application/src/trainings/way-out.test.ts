import {
  type Attempt,
  isTerminal,
  type Training,
  type TrainingStatus,
  toDefaultOutputKey,
} from '@trainyard/domain';
import { expect, it } from 'vitest';
import { createMemorySystem, type MemorySystem } from '../../test/memory-system.ts';
import { advance, cancelTraining, ObjectStoreError, resolveTraining, WrongStateError } from '../index.ts';

const MINUTE_MS = 60_000;

/** The answers of RunPod while the training is in its state. */
const PROVIDERS = {
  answers: undefined,
  'has a deleted endpoint': { kind: 'denied', scope: 'endpoint', message: '404 endpoint not found' },
  'has a deleted account': { kind: 'denied', scope: 'account', message: '401 Unauthorized' },
  'does not answer': { kind: 'unavailable', message: 'no response' },
} as const;

/** The answers of the object store. */
const STORES = { answers: undefined, 'is unavailable': true, refuses: false } as const;

type ProviderName = keyof typeof PROVIDERS;
type StoreName = keyof typeof STORES;

const STATES = [
  'queued',
  'submitting',
  'unconfirmed',
  'submitted',
  'running',
  'cancelling',
  'finalizing',
] as const;
type State = (typeof STATES)[number];

const cases = STATES.flatMap((state) =>
  Object.keys(PROVIDERS).flatMap((provider) =>
    Object.keys(STORES).map((store) => [state, provider as ProviderName, store as StoreName] as const),
  ),
);

it.each(cases)(
  'an operator ends a training in %s while RunPod %s and the object store %s',
  async (state, provider, store) => {
    const system = await createMemorySystem();
    await system.deps.store.setControl({ paused: true });
    const training = await enterState(system, state);
    expect(training.status).toBe(state);
    breakProvider(system, provider);
    breakStore(system, store);
    for (let minutes = 0; minutes < 180; minutes += 5) {
      const current = await system.load(training);
      if (isTerminal(current)) return;
      await actAsOperator(system, current, provider);
      await system.run(5 * MINUTE_MS);
    }
    throw new Error(`the training is still ${(await system.load(training)).status} after 3 h`);
  },
);

const DEADLINE_MS = 40 * MINUTE_MS;

/** Brings a training into a state without a dispatcher; its attempt has a deadline of 40 min. */
async function enterState(system: MemorySystem, state: State): Promise<Training> {
  const { deps } = system;
  const { id } = await system.accept();
  const at = deps.clock.now();
  const base = { at, cause: 'dispatcher', attempt: 1 } as const;
  const run = { ...base, runId: 'run-1' } as const;
  const attempt: Attempt = {
    ...{ number: 1, endpointId: 'ep', startedAt: at, executionTimeoutMs: MINUTE_MS, ttlMs: 30 * MINUTE_MS },
    ...{ attemptDeadline: at + DEADLINE_MS, versionName: 'V1', modelName: 'm', lockToken: 't', nonce: 'n' },
    outputKey: toDefaultOutputKey(id, 1),
  };
  const started = { type: 'submission_started', at, cause: 'dispatcher', attempt } as const;
  const accepted = { ...run, type: 'submission_accepted' } as const;
  const observed = { ...run, type: 'run_observed', phase: 'in_progress' } as const;
  const output = { loraUrl: attempt.outputKey };
  const paths = {
    queued: [],
    submitting: [started],
    unconfirmed: [started, { ...base, type: 'submission_unclear', reason: 'no answer' }],
    submitted: [started, accepted],
    running: [started, accepted, observed],
    cancelling: [started, accepted, observed, { ...base, type: 'cancel_requested', by: 'ana' }],
    finalizing: [started, accepted, { ...run, type: 'run_ended', outcome: { status: 'completed', output } }],
  } as const;
  for (const event of paths[state]) await advance(deps, id, event);
  return system.load({ id });
}

function breakProvider({ provider }: MemorySystem, name: ProviderName): void {
  const answer = PROVIDERS[name];
  if (!answer) return;
  Object.assign(provider, {
    observe: async () => answer,
    cancel: async () => answer,
    health: async () => answer,
  });
}

function breakStore({ deps }: MemorySystem, name: StoreName): void {
  const retryable = STORES[name];
  if (retryable === undefined) return;
  const refuse = async () => {
    throw new ObjectStoreError('bucket', retryable ? 'no response' : 'Access Denied', { retryable });
  };
  Object.assign(deps.objects, { get: refuse, head: refuse, put: refuse, headUri: refuse, getUri: refuse });
}

/** Cancels the training, and fails it where that is allowed. A refusal is checked against the rules. */
async function actAsOperator(
  system: MemorySystem,
  training: Training,
  provider: ProviderName,
): Promise<void> {
  const { deps } = system;
  await cancelTraining(deps, training.id, 'ana').catch(ignoreWrongState);
  const current = await system.load(training);
  if (!('attempt' in current) || current.attempt === undefined || isTerminal(current)) return;
  const { number: attempt } = current.attempt;
  const failed = await resolveTraining(deps, training.id, { action: 'fail', attempt, runIsDead: true }).catch(
    ignoreWrongState,
  );
  if (failed && isTerminal(failed)) expectAllowed(system, current, provider);
}

function ignoreWrongState(error: unknown): undefined {
  if (!(error instanceof WrongStateError)) throw error;
  return undefined;
}

/** A training that an operator failed was unconfirmed, past its deadline without an answer, or marked in finalizing. */
function expectAllowed({ deps }: MemorySystem, before: Training, provider: ProviderName): void {
  const live: readonly TrainingStatus[] = ['submitted', 'running', 'cancelling'];
  if (before.status === 'finalizing') expect(before.needsAttention).toBeDefined();
  else if (live.includes(before.status) && 'attempt' in before) {
    expect(deps.clock.now()).toBeGreaterThan(before.attempt?.attemptDeadline ?? Number.POSITIVE_INFINITY);
    expect(['has a deleted account', 'does not answer']).toContain(provider);
  } else expect(before.status).toBe('unconfirmed');
}
