import { type Edit, TRANSITIONS, type Mutation, SCRIPTS } from '../mutation.ts';

const CONSUMER = 'packages/redis/src/line/training-line.ts';
/** The start of an attempt no longer minds what was written since the training was read. */
const ignoreRevision: Edit = {
  file: SCRIPTS,
  from: "if now[2] == c.nonce then return 'started' end\nif now[1] ~= tostring(c.rev - 1) then return 'stale' end",
  to: "if now[2] == c.nonce then return 'started' end",
};

/** What keeps the provider from being asked twice for the same (I1, I2). */
export const SUBMISSION_GUARDS: readonly Mutation[] = [
  {
    name: 'the ledger refuses nothing, and BullMQ lets one more pass',
    breaks: 'I1',
    edits: [
      {
        file: SCRIPTS,
        from: "redis.call('HLEN', KEYS[4]) >= bound then return 'full' end",
        to: 'false then end',
      },
      {
        file: CONSUMER,
        from: "redis.call('HSET', KEYS[2], 'concurrency', bound)",
        to: "redis.call('HSET', KEYS[2], 'concurrency', bound + 1)",
      },
      {
        file: 'packages/redis/src/open-queue.ts',
        from: 'trainings.setGlobalConcurrency(bound)',
        to: 'trainings.setGlobalConcurrency(bound + 1)',
      },
    ],
    faults: ['dispatcher_killed'],
  },
  {
    name: 'a start minds neither the lock of its job nor the revision of its training',
    breaks: 'I2',
    edits: [
      ignoreRevision,
      {
        file: SCRIPTS,
        from: "if (lock or '0') ~= c.adoptedFrom then return 'not_yours' end",
        to: '',
      },
      { file: SCRIPTS, from: 'elseif lock ~= c.jobToken then', to: 'elseif false then' },
    ],
    faults: ['frozen_before_slot_taken'],
  },
  {
    name: 'all jobs have one token, and a start does not mind the revision',
    breaks: 'I2',
    edits: [
      ignoreRevision,
      { file: CONSUMER, from: 'const jobToken = randomUUID();', to: "const jobToken = 'token';" },
      {
        file: 'packages/application/src/dispatch/rescue-orphans.ts',
        from: 'jobToken: deps.ids.nonce(),',
        to: "jobToken: 'token',",
      },
    ],
    faults: ['frozen_before_slot_taken'],
  },
  {
    name: 'a call goes out however long after its save',
    breaks: 'I2',
    edits: [
      {
        file: 'packages/application/src/lifecycle/timeouts.ts',
        from: 'export const SUBMIT_WITHIN_MS = 5_000;',
        to: 'export const SUBMIT_WITHIN_MS = Number.POSITIVE_INFINITY;',
      },
    ],
    faults: ['frozen_between_save_and_post'],
  },
  {
    name: 'an unclear submission is sent again at once',
    breaks: 'I2',
    edits: [
      {
        file: 'packages/application/src/dispatch/handle-submit-result.ts',
        from: "type: 'submission_unclear', reason: answer.message",
        to: "type: 'submission_not_sent', reason: answer.message",
      },
    ],
    faults: ['reply_lost', 'calls_failing'],
  },
  {
    name: 'one early count refutes a run',
    breaks: 'I2',
    edits: [
      { file: `${TRANSITIONS}/evidence.ts`, from: 'COUNTS_TO_REFUTE = 3', to: 'COUNTS_TO_REFUTE = 1' },
      { file: `${TRANSITIONS}/evidence.ts`, from: 'FIRST_COUNT_AFTER_MS = 60_000', to: 'FIRST_COUNT_AFTER_MS = 0' },
    ],
    faults: ['reply_late'],
  },
  {
    name: 'news of an earlier attempt and of its run is taken for news of this one',
    breaks: 'I8',
    edits: [
      {
        file: `${TRANSITIONS}/base.ts`,
        from: 'event.attempt === training.attempt.number ? move(training, event) : training;',
        to: 'move(training, event);',
      },
      {
        file: `${TRANSITIONS}/base.ts`,
        from: 'event.runId === training.attempt.runId ? move(training, event) : training,',
        to: 'move(training, event),',
      },
    ],
    faults: ['frozen_with_old_news'],
  },
];
