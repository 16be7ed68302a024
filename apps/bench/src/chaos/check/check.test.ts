import { describe, expect, it } from 'vitest';
import type { Evidence, Kept } from '../record/evidence.ts';
import type { RecordedEvent } from '../record/tail.ts';
import { check } from './check.ts';
import { completes, keeps, ran, soundStory, went } from './story.ts';

const invariantsOf = (change: Partial<Evidence>): readonly string[] => [
  ...new Set(check(soundStory(change)).map(({ invariant }) => invariant)),
];
const keptB = (kept: Kept): Partial<Evidence> => ({
  kept: new Map([
    ['a', keeps('completed')],
    ['b', kept],
  ]),
});
const a = { run: ran('a', [11, 20]), record: completes('a', 10, 21) };

describe('the checker', () => {
  it('finds nothing wrong in a sound history', () => {
    expect(check(soundStory())).toEqual([]);
  });

  it('reports a run past the bound (I1)', () => {
    expect(invariantsOf({ provider: [...a.run, ...ran('b', [15, 40])] })).toContain('I1');
  });

  it('leaves out a run of whose training a total loss of Redis left nothing (I1)', () => {
    const provider = [...ran('lost', [5, 90]), ...soundStory().provider];
    const nothing: Kept = { versions: [], modelBytes: 0, hasOutput: false };
    const kept = new Map<string, Kept>([...soundStory().kept, ['lost', nothing]]);
    expect(invariantsOf({ provider, kept })).toContain('I1');
    expect(invariantsOf({ provider, kept, unkeptAtLoss: ['lost'] })).not.toContain('I1');
  });

  it('reports a slot taken past the bound even if no run came of it (I1)', () => {
    const record = [...a.record, ...completes('b', 15, 41)];
    expect(check(soundStory({ record })).map(({ what }) => what)).toContain(
      '2 slots taken past a bound of 1',
    );
  });

  it('lets a surplus finish after the bound was lowered', () => {
    const bounds = [
      { bound: 2, askedAt: 0, answeredAt: 0 },
      { bound: 1, askedAt: 40, answeredAt: 41 },
    ];
    const provider = [...ran('a', [11, 90]), ...ran('b', [31, 95])];
    const record = [...completes('a', 10, 91), ...completes('b', 30, 96)];
    expect(check(soundStory({ bounds, provider, record }))).toEqual([]);
  });

  it('takes either of two bounds that were asked for at once for the last (I1)', () => {
    const bounds = [
      { bound: 1, askedAt: 0, answeredAt: 0 },
      { bound: 2, askedAt: 1, answeredAt: 9 },
      { bound: 1, askedAt: 4, answeredAt: 6 },
    ];
    const provider = [...ran('a', [11, 90]), ...ran('b', [31, 95])];
    const record = [...completes('a', 10, 91), ...completes('b', 30, 96)];
    expect(check(soundStory({ bounds, provider, record }))).toEqual([]);
    const settled = [...bounds, { bound: 1, askedAt: 10, answeredAt: 12 }];
    expect(invariantsOf({ bounds: settled, provider, record })).toEqual(['I1']);
  });

  it('reports an attempt that was accepted twice (I2)', () => {
    expect(invariantsOf({ provider: [...a.run, ...ran('b', [31, 32]), ...ran('b', [33, 40])] })).toEqual([
      'I2',
    ]);
  });

  it('reports a second run beside a living one of the same training (I2)', () => {
    const provider = [...a.run, ...ran('b', [31, 40]), ...ran('b', [33, 40], { attempt: 2 })];
    expect(invariantsOf({ provider })).toContain('I2');
  });

  it('reports a run that was accepted after its attempt had been given up (I2)', () => {
    expect(invariantsOf({ provider: [...ran('a', [25, 28]), ...ran('b', [31, 40])] })).toContain('I2');
  });

  it('reports a run that ended unseen and was taken for none that ever was (I2)', () => {
    const retried = (how: RecordedEvent['type'], status: string): Partial<Evidence> => ({
      provider: [...a.run, ...ran('b', [31, 35], { status }), ...ran('b', [51, 60], { attempt: 2 })],
      record: [
        ...a.record,
        ...went(
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
    expect(invariantsOf(retried('endpoint_counted', 'FAILED'))).toEqual(['I2']);
    expect(invariantsOf(retried('run_ended', 'COMPLETED'))).toEqual(['I2']);
    expect(invariantsOf(retried('run_ended', 'FAILED'))).toEqual([]);
  });

  it('reports a training that nobody knows any more, but for one accepted just before Redis was lost (I3)', () => {
    const lost = keptB({ versions: [], modelBytes: 0, hasOutput: false });
    expect(invariantsOf(lost)).toContain('I3');
    expect(invariantsOf({ ...lost, record: a.record, provider: a.run, flushedAt: [2_000] })).toEqual([]);
    const kept = { unkeptAtLoss: [], flushedAt: [2_000] };
    expect(invariantsOf({ ...lost, record: a.record, provider: a.run, ...kept })).toEqual(['I3']);
  });

  it('goes by the moment at which a training was accepted, not by that of the answer (I3)', () => {
    const lost = keptB({ versions: [], modelBytes: 0, hasOutput: false });
    const record = [...a.record, ...went('b', [20, 'accepted', 'queued'])];
    const answered = ['a', 'b'].map((trainingId) => ({ trainingId, answeredAt: 40 }));
    const story = { ...lost, record, provider: a.run, accepted: answered };
    expect(invariantsOf({ ...story, flushedAt: [30] })).toEqual([]);
    expect(invariantsOf({ ...story, flushedAt: [10] })).toEqual(['I3']);
    expect(invariantsOf({ ...story, flushedAt: [90_000] })).toEqual(['I3']);
  });

  it('reports a training that came to no end (I3)', () => {
    expect(invariantsOf(keptB(keeps('running', { versions: [] })))).toContain('I3');
  });

  it('reports a change of what had ended (I4)', () => {
    const again = { ...completes('b', 30, 41).at(-1)!, at: 50, seq: 7 } as const;
    const record = [...soundStory().record, { ...again, from: 'completed' as const, to: 'failed' as const }];
    expect(invariantsOf({ record, ...keptB(keeps('failed', { hasOutput: false })) })).toEqual(['I4']);
  });

  it('reports a change that was lost (I4)', () => {
    const record = soundStory().record.filter(({ trainingId, seq }) => !(trainingId === 'b' && seq === 4));
    expect(invariantsOf({ record })).toEqual(['I4']);
  });

  it('reports entries of the manifest that are lost, doubled or wrong (I5)', () => {
    const [entry] = keeps('completed').versions;
    expect(invariantsOf(keptB(keeps('completed', { versions: [] })))).toEqual(['I5']);
    expect(invariantsOf(keptB(keeps('completed', { versions: [entry!, entry!] })))).toEqual(['I5']);
    expect(invariantsOf(keptB(keeps('completed', { versions: keeps('failed').versions })))).toEqual(['I5']);
  });

  it('reports a forged webhook that was believed or let in (I6)', () => {
    const record = soundStory().record.map((event) => ({ ...event, detail: { loraUrl: 's3://forged-1/x' } }));
    const begun = soundStory().record.filter(({ type }) => type === 'submission_started');
    expect(
      invariantsOf({ record: [...record.filter(({ type }) => type !== 'submission_started'), ...begun] }),
    ).toEqual(['I6']);
    const forgeries = [{ trainingId: 'a', mark: 'forged-1', trusted: false, httpStatus: 200 }];
    expect(invariantsOf({ forgeries })).toEqual(['I6']);
  });

  it('reports a cancel that came before the provider’s word (I7)', () => {
    const record = went(
      'b',
      [0, 'accepted', 'queued'],
      [30, 'submission_started', 'submitting', { attempt: { number: 1 } }],
      [35, 'cancel_requested', 'cancelled'],
    );
    const story = {
      record: [...a.record, ...record],
      provider: [...a.run, ...ran('b', [31, 40], { status: 'CANCELLED' })],
    };
    expect(invariantsOf({ ...story, ...keptB(keeps('cancelled')) })).toContain('I7');
  });

  it('reports a model that is not there, one that was given up, and one that nobody made (I7)', () => {
    expect(invariantsOf(keptB(keeps('completed', { modelBytes: 0 })))).toEqual(['I7']);
    expect(invariantsOf({ provider: [...a.run, ...ran('b', [31, 40], { status: 'FAILED' })] })).toEqual([
      'I7',
    ]);
    for (const status of ['TIMED_OUT', 'CANCELLED']) {
      const provider = [...a.run, ...ran('b', [31, 40], { status })];
      const elsewhere = keptB(keeps('completed', { hasOutput: false }));
      const ignored = { event: 'fault', at: 39, job_id: 'run-b-1-31', detail: 'output_key_ignored' } as const;
      expect(invariantsOf({ provider })).toEqual([]);
      expect(invariantsOf({ provider, ...elsewhere })).toEqual(['I7']);
      expect(invariantsOf({ provider: [...provider, ignored], ...elsewhere })).toEqual([]);
    }
    const failed = completes('b', 30, 41).map((event) =>
      event.to === 'completed' ? { ...event, to: 'failed' as const } : event,
    );
    const kept = keptB(keeps('failed', { hasOutput: true }));
    expect(invariantsOf({ record: [...a.record, ...failed], ...kept })).toEqual(['I7']);
  });

  it('reports a slot that was freed while its run lived (I8)', () => {
    expect(invariantsOf({ provider: [...ran('a', [11, 25]), ...ran('b', [31, 40])] })).toEqual(['I8']);
  });

  it('reports slots and jobs that are left (I8)', () => {
    expect(invariantsOf({ ledger: ['b'] })).toEqual(['I8']);
    expect(invariantsOf({ jobs: { active: 1 } })).toEqual(['I8']);
  });
});
