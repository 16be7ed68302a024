import type { Training, TrainingEvent } from '@trainyard/domain';
import { applyEvent, buildTraining, startAttempt, type TrainingOverrides } from '@trainyard/testing/builders';
import { expect } from 'vitest';
import type { Deps } from '../../../deps.ts';
import type { SessionStore } from '../../../ports/sessions.ts';
import type { ClaimedJob, TrainingConsumer } from '../../../ports/training-queue.ts';

/** A backend under test: an empty state store with the epoch `epoch-1`. */
export interface StateStoreHandle extends Pick<Deps, 'store' | 'queue' | 'budgets' | 'datasetReports'> {
  readonly sessions: SessionStore;
  openConsumer(onWake: () => void): Promise<TrainingConsumer>;
  /** The clock of the backend, epoch ms. */
  now(): number;
  /** Lets this time pass on the clock of the backend. */
  sleep(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens an empty backend; a limit of 0 leaves the concurrency limit unset. */
export type OpenStateStore = (options: { readonly maxConcurrency: number }) => Promise<StateStoreHandle>;

/** The backend of the current test, with the steps that many tests share. */
export class StateStoreFixture {
  readonly #open: OpenStateStore;
  #handle: StateStoreHandle | undefined;
  #consumer: Promise<TrainingConsumer> | undefined;

  constructor(open: OpenStateStore) {
    this.#open = open;
  }

  /** Replaces the backend by an empty backend. */
  async open(maxConcurrency = 2): Promise<void> {
    await this.close();
    this.#handle = await this.#open({ maxConcurrency });
  }

  async close(): Promise<void> {
    await (await this.#consumer)?.close();
    await this.#handle?.close();
    this.#consumer = undefined;
    this.#handle = undefined;
  }

  get handle(): StateStoreHandle {
    if (!this.#handle) throw new Error('the backend is not open');
    return this.#handle;
  }

  get store(): StateStoreHandle['store'] {
    return this.handle.store;
  }

  /** A consumer of the queue, opened by its first call. */
  get consumer(): Pick<TrainingConsumer, 'claim' | 'listActive' | 'removeFromActive' | 'nextDueMs'> {
    const open = () => (this.#consumer ??= this.handle.openConsumer(() => undefined));
    return {
      claim: async () => (await open()).claim(),
      listActive: async () => (await open()).listActive(),
      removeFromActive: async (id) => (await open()).removeFromActive(id),
      nextDueMs: async () => (await open()).nextDueMs(),
    };
  }

  /** Accepts a training without a check of its subject. */
  async accept(overrides: TrainingOverrides = {}): Promise<Training> {
    const training = buildTraining(overrides);
    expect(await this.store.accept(training, { exclusive: false })).toEqual({ kind: 'accepted' });
    return training;
  }

  /** Accepts a training and adds its job to the queue. */
  async enqueue(overrides: TrainingOverrides = {}): Promise<Training> {
    const training = await this.accept(overrides);
    await this.handle.queue.enqueue(training.id, { name: 'actor', priority: training.priority });
    return training;
  }

  /** Claims the next job; fails the test if it does not exist. */
  async claim(): Promise<ClaimedJob> {
    const job = await this.consumer.claim();
    if (!job) throw new Error('no job was claimed');
    return job;
  }

  /** Starts the next attempt of a training. */
  start(lockToken: string, training: Training, previousLockToken?: string) {
    const { training: next, event, before } = startAttempt(training, lockToken);
    return this.store.start(next, event, {
      before,
      ...(previousLockToken !== undefined && { previousLockToken }),
    });
  }

  /** Accepts a training, claims its job and starts its first attempt. @returns the submitting training */
  async startNew(overrides: TrainingOverrides = {}): Promise<Training> {
    const training = await this.enqueue(overrides);
    const { lockToken } = await this.claim();
    expect(await this.start(lockToken, training)).toBe('started');
    return startAttempt(training, lockToken).training;
  }

  /** Saves events in order. @returns the last revision */
  async save(before: Training, ...events: readonly TrainingEvent[]): Promise<Training> {
    let training = before;
    for (const event of events) {
      const next = applyEvent(training, event);
      expect(await this.store.save(next.training, next.event, next.before)).toBe('saved');
      training = next.training;
    }
    return training;
  }

  /** Loads a training; fails the test if it does not exist. */
  async load(id: string): Promise<Training> {
    const training = await this.store.load(id);
    if (!training) throw new Error(`training ${id} is not stored`);
    return training;
  }
}

/** The provider accepted attempt 1 as this run. */
export function acceptedRun(runId: string, at = 6): TrainingEvent {
  return { type: 'submission_accepted', at, cause: 'dispatcher', attempt: 1, runId };
}

/** Attempt 1 was observed in progress at this step. */
export function observedRun(runId: string, at: number): TrainingEvent {
  const progress = { step: at, totalSteps: 5_000 };
  return { type: 'run_observed', at, cause: 'poll', attempt: 1, runId, phase: 'in_progress', progress };
}

/** Attempt 1 completed after this execution time and 20 s in the queue. */
export function endedRun(runId: string, at: number, executionMs = 1_500_000): TrainingEvent {
  const outcome = { status: 'completed', output: {}, executionMs, delayMs: 20_000 } as const;
  return { type: 'run_ended', at, cause: 'poll', attempt: 1, runId, outcome };
}

/** The model of attempt 1 was found. */
export const OUTPUT_VERIFIED = {
  type: 'output_verified',
  at: 9,
  cause: 'store',
  attempt: 1,
  model: { loraUrl: 's3://b/k', verified: true },
} as const satisfies TrainingEvent;

/** A caller requested the cancellation. */
export const CANCEL_REQUESTED = {
  type: 'cancel_requested',
  at: 9,
  cause: 'api',
  by: 'ana',
} as const satisfies TrainingEvent;

/** The end was written to the manifest. */
export const END_RECORDED = { type: 'end_recorded', at: 10, cause: 'store' } as const satisfies TrainingEvent;
