import { describe, expect, it } from 'vitest';
import type { Evidence, FinalState } from '../evidence/evidence.ts';
import {
  createCompletedTraining,
  createFinalState,
  createRunEvents,
  createTrainingEvents,
  createValidEvidence,
} from '../evidence/evidence-builder.ts';
import type { RecordedEvent } from '../evidence/tails.ts';
import { checkEvidence } from './check.ts';

function findInvariants(change: Partial<Evidence>): readonly string[] {
  return [...new Set(checkEvidence(createValidEvidence(change)).map(({ invariant }) => invariant))];
}
function withFinalStateB(finalState: FinalState): Partial<Evidence> {
  return {
    finalStates: new Map([
      ['a', createFinalState('completed')],
      ['b', finalState],
    ]),
  };
}
const a = { run: createRunEvents('a', [11, 20]), record: createCompletedTraining('a', 10, 21) };

describe('the checker', () => {
  it('reports no violation for valid evidence', () => {
    expect(checkEvidence(createValidEvidence())).toEqual([]);
  });

  it('reports a live run over the concurrency limit (I1)', () => {
    expect(findInvariants({ provider: [...a.run, ...createRunEvents('b', [15, 40])] })).toContain('I1');
  });

  it('ignores a run whose training a total loss of Redis deleted (I1)', () => {
    const provider = [...createRunEvents('lost', [5, 90]), ...createValidEvidence().provider];
    const deleted: FinalState = { versions: [], modelBytes: 0, foreignModels: [], hasOutput: false };
    const finalStates = new Map<string, FinalState>([
      ...createValidEvidence().finalStates,
      ['lost', deleted],
    ]);
    expect(findInvariants({ provider, finalStates })).toContain('I1');
    expect(findInvariants({ provider, finalStates, notBackedUpAtLoss: ['lost'] })).not.toContain('I1');
  });

  it('reports a slot acquired over the concurrency limit without a run (I1)', () => {
    const trainingEvents = [...a.record, ...createCompletedTraining('b', 15, 41)];
    expect(checkEvidence(createValidEvidence({ trainingEvents })).map(({ message }) => message)).toContain(
      '2 slots acquired exceed the concurrency limit of 1',
    );
  });

  it('accepts surplus runs that finish after the concurrency limit was lowered', () => {
    const limitChanges = [
      { limit: 2, requestedAt: 0, answeredAt: 0 },
      { limit: 1, requestedAt: 40, answeredAt: 41 },
    ];
    const provider = [...createRunEvents('a', [11, 90]), ...createRunEvents('b', [31, 95])];
    const trainingEvents = [...createCompletedTraining('a', 10, 91), ...createCompletedTraining('b', 30, 96)];
    expect(checkEvidence(createValidEvidence({ limitChanges, provider, trainingEvents }))).toEqual([]);
  });

  it('accepts either of two concurrent changes of the concurrency limit as the last (I1)', () => {
    const limitChanges = [
      { limit: 1, requestedAt: 0, answeredAt: 0 },
      { limit: 2, requestedAt: 1, answeredAt: 9 },
      { limit: 1, requestedAt: 4, answeredAt: 6 },
    ];
    const provider = [...createRunEvents('a', [11, 90]), ...createRunEvents('b', [31, 95])];
    const trainingEvents = [...createCompletedTraining('a', 10, 91), ...createCompletedTraining('b', 30, 96)];
    expect(checkEvidence(createValidEvidence({ limitChanges, provider, trainingEvents }))).toEqual([]);
    const settled = [...limitChanges, { limit: 1, requestedAt: 10, answeredAt: 12 }];
    expect(findInvariants({ limitChanges: settled, provider, trainingEvents })).toEqual(['I1']);
  });

  it('reports an attempt that was accepted twice (I2)', () => {
    expect(
      findInvariants({
        provider: [...a.run, ...createRunEvents('b', [31, 32]), ...createRunEvents('b', [33, 40])],
      }),
    ).toEqual(['I2']);
  });

  it('reports a second live run of a training (I2)', () => {
    const provider = [
      ...a.run,
      ...createRunEvents('b', [31, 40]),
      ...createRunEvents('b', [33, 40], { attempt: 2 }),
    ];
    expect(findInvariants({ provider })).toContain('I2');
  });

  it('reports a run that was accepted after its attempt was abandoned (I2)', () => {
    expect(
      findInvariants({ provider: [...createRunEvents('a', [25, 28]), ...createRunEvents('b', [31, 40])] }),
    ).toContain('I2');
  });

  it('reports a resubmission without proof that the unobserved run ended (I2)', () => {
    const retried = (how: RecordedEvent['type'], status: string): Partial<Evidence> => ({
      provider: [
        ...a.run,
        ...createRunEvents('b', [31, 35], { status }),
        ...createRunEvents('b', [51, 60], { attempt: 2 }),
      ],
      trainingEvents: [
        ...a.record,
        ...createTrainingEvents(
          'b',
          [0, 'accepted', 'queued'],
          [30, 'submission_started', 'submitting', { attempt: { number: 1 } }],
          [32, 'submission_unclear', 'unconfirmed', { attempt: 1 }],
          [45, how, 'queued', { attempt: 1 }],
          [50, 'submission_started', 'submitting', { attempt: { number: 2 } }],
          [52, 'submission_accepted', 'submitted', { attempt: 2 }],
          [61, 'run_ended', 'finalizing', { attempt: 2 }],
          [62, 'output_verified', 'completed', { attempt: 2 }],
        ),
      ],
    });
    expect(findInvariants(retried('endpoint_counted', 'FAILED'))).toEqual(['I2']);
    expect(findInvariants(retried('run_ended', 'COMPLETED'))).toEqual(['I2']);
    expect(findInvariants(retried('run_ended', 'FAILED'))).toEqual([]);
  });

  it('reports a missing training unless it was accepted within 10 s before a loss of Redis (I3)', () => {
    const lost = withFinalStateB({ versions: [], modelBytes: 0, foreignModels: [], hasOutput: false });
    expect(findInvariants(lost)).toContain('I3');
    expect(
      findInvariants({ ...lost, trainingEvents: a.record, provider: a.run, flushedAt: [2_000] }),
    ).toEqual([]);
    const kept = { notBackedUpAtLoss: [], flushedAt: [2_000] };
    expect(findInvariants({ ...lost, trainingEvents: a.record, provider: a.run, ...kept })).toEqual(['I3']);
  });

  it('uses the time of acceptance instead of the response to judge a missing training (I3)', () => {
    const lost = withFinalStateB({ versions: [], modelBytes: 0, foreignModels: [], hasOutput: false });
    const record = [...a.record, ...createTrainingEvents('b', [20, 'accepted', 'queued'])];
    const answered = ['a', 'b'].map((trainingId) => ({ trainingId, answeredAt: 40 }));
    const story = { ...lost, trainingEvents: record, provider: a.run, accepted: answered };
    expect(findInvariants({ ...story, flushedAt: [30] })).toEqual([]);
    expect(findInvariants({ ...story, flushedAt: [10] })).toEqual(['I3']);
    expect(findInvariants({ ...story, flushedAt: [90_000] })).toEqual(['I3']);
  });

  it('reports a training without a terminal state (I3)', () => {
    expect(findInvariants(withFinalStateB(createFinalState('running', { versions: [] })))).toContain('I3');
  });

  it('reports a change of a terminal state (I4)', () => {
    const again = { ...createCompletedTraining('b', 30, 41).at(-1)!, at: 50, seq: 7 } as const;
    const trainingEvents = [
      ...createValidEvidence().trainingEvents,
      { ...again, from: 'completed' as const, to: 'failed' as const },
    ];
    expect(
      findInvariants({
        trainingEvents,
        ...withFinalStateB(createFinalState('failed', { hasOutput: false })),
      }),
    ).toEqual(['I4']);
  });

  it('reports a missing event (I4)', () => {
    const trainingEvents = createValidEvidence().trainingEvents.filter(
      ({ trainingId, seq }) => !(trainingId === 'b' && seq === 4),
    );
    expect(findInvariants({ trainingEvents })).toEqual(['I4']);
  });

  it('reports manifest entries that are missing, duplicated or wrong (I5)', () => {
    const [entry] = createFinalState('completed').versions;
    expect(findInvariants(withFinalStateB(createFinalState('completed', { versions: [] })))).toEqual(['I5']);
    expect(
      findInvariants(withFinalStateB(createFinalState('completed', { versions: [entry!, entry!] }))),
    ).toEqual(['I5']);
    expect(
      findInvariants(
        withFinalStateB(createFinalState('completed', { versions: createFinalState('failed').versions })),
      ),
    ).toEqual(['I5']);
  });

  it('reports a forged webhook that was applied or accepted (I6)', () => {
    const record = createValidEvidence().trainingEvents.map((event) => ({
      ...event,
      detail: { loraUrl: 's3://forged-1/x' },
    }));
    const begun = createValidEvidence().trainingEvents.filter(({ type }) => type === 'submission_started');
    expect(
      findInvariants({
        trainingEvents: [...record.filter(({ type }) => type !== 'submission_started'), ...begun],
      }),
    ).toEqual(['I6']);
    const forgedWebhooks = [{ trainingId: 'a', marker: 'forged-1', trusted: false, httpStatus: 200 }];
    expect(findInvariants({ forgedWebhooks })).toEqual(['I6']);
  });

  it('reports a cancel that came before the provider’s word (I7)', () => {
    const record = createTrainingEvents(
      'b',
      [0, 'accepted', 'queued'],
      [30, 'submission_started', 'submitting', { attempt: { number: 1 } }],
      [35, 'cancel_requested', 'cancelled'],
    );
    const story = {
      trainingEvents: [...a.record, ...record],
      provider: [...a.run, ...createRunEvents('b', [31, 40], { status: 'CANCELLED' })],
    };
    expect(findInvariants({ ...story, ...withFinalStateB(createFinalState('cancelled')) })).toContain('I7');
  });

  it('reports a missing model, a discarded model and a model without a run (I7)', () => {
    expect(findInvariants(withFinalStateB(createFinalState('completed', { modelBytes: 0 })))).toEqual(['I7']);
    expect(
      findInvariants({ provider: [...a.run, ...createRunEvents('b', [31, 40], { status: 'FAILED' })] }),
    ).toEqual(['I7']);
    for (const status of ['TIMED_OUT', 'CANCELLED']) {
      const provider = [...a.run, ...createRunEvents('b', [31, 40], { status })];
      const elsewhere = withFinalStateB(createFinalState('completed', { hasOutput: false }));
      const ignored = { event: 'fault', at: 39, job_id: 'run-b-1-31', detail: 'output_key_ignored' } as const;
      expect(findInvariants({ provider })).toEqual([]);
      expect(findInvariants({ provider, ...elsewhere })).toEqual(['I7']);
      expect(findInvariants({ provider: [...provider, ignored], ...elsewhere })).toEqual([]);
    }
    const failed = createCompletedTraining('b', 30, 41).map((event) =>
      event.to === 'completed' ? { ...event, to: 'failed' as const } : event,
    );
    const kept = withFinalStateB(createFinalState('failed', { hasOutput: true }));
    expect(findInvariants({ trainingEvents: [...a.record, ...failed], ...kept })).toEqual(['I7']);
  });

  it('accepts an unverified model only of a run that ignored its key and shared its model name (I7)', () => {
    const [accepted] = createRunEvents('b', [31, 40]);
    const toState = (id: string, modelName: string, runId?: string): FinalState => {
      const request = { subject: { kind: 'style', id: 'ink' } };
      const more = { id, request, attemptsStarted: 1, attempt: { number: 1, modelName, runId } };
      const state = createFinalState('completed');
      return { ...state, training: { ...state.training, ...more } as FinalState['training'] & object };
    };
    const judge = (nameOfA: string, ...faults: readonly string[]): readonly string[] => {
      const b = toState('b', 'style_ink', accepted?.job_id);
      const unverified = { ...b, modelBytes: 0, training: { ...b.training, model: { verified: false } } };
      return findInvariants({
        provider: [
          ...a.run,
          ...createRunEvents('b', [31, 40]),
          ...faults.map((detail) => ({ event: 'fault', at: 39, job_id: accepted!.job_id!, detail }) as const),
        ],
        finalStates: new Map([
          ['a', toState('a', nameOfA)],
          ['b', unverified as FinalState],
        ]),
      });
    };
    expect(judge('style_ink', 'output_key_ignored')).toEqual([]);
    expect(judge('style_ink', 'output_key_ignored', 'address_replaced')).toEqual([]);
    expect(judge('style_ink')).toEqual(['I7']);
    expect(judge('style_ink', 'address_replaced')).toEqual(['I7']);
    expect(judge('style_ink_V2', 'output_key_ignored')).toEqual(['I7']);
  });

  it('reports a model whose bytes the run of another training wrote (I5)', () => {
    const runOfA = a.run[0]!.job_id!;
    expect(findInvariants(withFinalStateB(createFinalState('completed', { modelRunId: runOfA })))).toEqual([
      'I5',
    ]);
    const own = createRunEvents('b', [31, 40])[0]!.job_id!;
    expect(findInvariants(withFinalStateB(createFinalState('completed', { modelRunId: own })))).toEqual([]);
  });

  it('reports a training that completed on the run of another training (I1)', () => {
    const attempt = { number: 1, runId: a.run[0]?.job_id };
    const state = createFinalState('completed');
    const foreign = { ...state, training: { ...state.training, attempt } } as FinalState;
    expect(findInvariants(withFinalStateB(foreign))).toEqual(['I1']);
  });

  it('reports a manifest that names the model of another training (I5)', () => {
    const foreignModels = ['s3://local/models/a/attempt-1.safetensors'];
    expect(findInvariants(withFinalStateB(createFinalState('completed', { foreignModels })))).toEqual(['I5']);
  });

  it('reports a slot that was released while its run was live (I8)', () => {
    expect(
      findInvariants({ provider: [...createRunEvents('a', [11, 25]), ...createRunEvents('b', [31, 40])] }),
    ).toEqual(['I8']);
  });

  it('reports slots and jobs that remain after the seed (I8)', () => {
    expect(findInvariants({ activeAttempts: ['b'] })).toEqual(['I8']);
    expect(findInvariants({ jobs: { active: 1 } })).toEqual(['I8']);
  });
});
