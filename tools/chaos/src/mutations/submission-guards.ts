import { type Edit, type Mutation, SCRIPTS, TRANSITIONS } from './mutation.ts';

const START_ATTEMPT = `${SCRIPTS}/start-attempt.lua`;
const CONSUMER = 'packages/redis/src/dispatch/training-consumer.ts';
/** Removes the revision check from the start of an attempt. */
const ignoreRevision: Edit = {
  file: START_ATTEMPT,
  from: "if stored[2] == c.nonce then return 'started' end\nif stored[1] ~= tostring(c.rev - 1) then return 'stale' end",
  to: "if stored[2] == c.nonce then return 'started' end",
};

/** Guards against double submissions and runs over the concurrency limit (I1, I2). */
export const SUBMISSION_GUARDS: readonly Mutation[] = [
  {
    name: 'the active attempts are not limited, and BullMQ allows one more job',
    breaks: 'I1',
    edits: [
      {
        file: START_ATTEMPT,
        from: "redis.call('HLEN', KEYS[4]) >= maxConcurrency then return 'full' end",
        to: 'false then end',
      },
      {
        file: `${SCRIPTS}/assert-concurrency-limit.lua`,
        from: "redis.call('HSET', KEYS[2], 'concurrency', maxConcurrency)",
        to: "redis.call('HSET', KEYS[2], 'concurrency', maxConcurrency + 1)",
      },
      {
        file: 'packages/redis/src/redis-backend.ts',
        from: 'trainings.setGlobalConcurrency(maxConcurrency)',
        to: 'trainings.setGlobalConcurrency(maxConcurrency + 1)',
      },
    ],
    faults: ['dispatcher_killed'],
  },
  {
    name: 'a start checks neither the job lock nor the training revision',
    breaks: 'I2',
    edits: [
      ignoreRevision,
      {
        file: START_ATTEMPT,
        from: "if (lock or '0') ~= c.previousLockToken then return 'lock_mismatch' end",
        to: '',
      },
      { file: START_ATTEMPT, from: 'elseif lock ~= c.lockToken then', to: 'elseif false then' },
    ],
    faults: ['frozen_before_slot_acquired'],
  },
  {
    name: 'all jobs share one lock token, and a start does not check the revision',
    breaks: 'I2',
    edits: [
      ignoreRevision,
      { file: CONSUMER, from: 'const lockToken = randomUUID();', to: "const lockToken = 'token';" },
      {
        file: 'packages/application/src/dispatch/rescue-orphans.ts',
        from: 'lockToken: deps.ids.nonce(),',
        to: "lockToken: 'token',",
      },
    ],
    faults: ['frozen_before_slot_acquired'],
  },
  {
    name: 'a submission is sent however late after its save',
    breaks: 'I2',
    edits: [
      {
        file: 'packages/application/src/lifecycle/timeouts.ts',
        from: 'export const SUBMIT_WINDOW_MS = 5_000;',
        to: 'export const SUBMIT_WINDOW_MS = Number.POSITIVE_INFINITY;',
      },
    ],
    faults: ['frozen_between_save_and_post'],
  },
  {
    name: 'an unconfirmed submission is sent again at once',
    breaks: 'I2',
    edits: [
      {
        file: 'packages/application/src/dispatch/handle-submit-result.ts',
        from: "type: 'submission_unclear', reason: result.message",
        to: "type: 'submission_not_sent', reason: result.message",
      },
    ],
    faults: ['reply_lost', 'calls_failing'],
  },
  {
    name: 'a lost reply counts as a fault before the first byte',
    breaks: 'I2',
    edits: [
      {
        file: 'packages/runpod/src/http/single-send.ts',
        from: 'const unsent = !sent;',
        to: 'const unsent = true;',
      },
    ],
    faults: ['reply_lost', 'calls_failing'],
  },
  {
    name: 'one early count disproves a run',
    breaks: 'I2',
    edits: [
      { file: `${TRANSITIONS}/endpoint-count.ts`, from: 'COUNTS_TO_REFUTE = 3', to: 'COUNTS_TO_REFUTE = 1' },
      {
        file: `${TRANSITIONS}/endpoint-count.ts`,
        from: 'FIRST_COUNT_AFTER_MS = 60_000',
        to: 'FIRST_COUNT_AFTER_MS = 0',
      },
    ],
    faults: ['reply_late'],
  },
  {
    name: 'a fresh model releases the slot of its live run',
    breaks: 'I8',
    edits: [
      {
        file: 'packages/application/src/reconcile/resolve-unconfirmed.ts',
        from: 'if (hasPassed(deps, attemptDeadline(attempt))) return true;',
        to: 'if (attempt) return true;',
      },
    ],
    faults: ['reply_lost_return_late'],
  },
  {
    name: 'a run may belong to several attempts',
    breaks: 'I1',
    edits: [
      {
        file: `${SCRIPTS}/includes/run-owners.lua`,
        from: 'return owner.answered or not run.outranks',
        to: 'return false',
      },
      {
        file: 'packages/application/src/reconcile/resolve-unconfirmed.ts',
        from: 'return owner !== undefined && (owner.trainingId !== id || owner.attempt !== attempt.number);',
        to: 'return false;',
      },
      {
        file: 'packages/application/src/reconcile/returned-run.ts',
        from: 'if (!owner || (owner.trainingId === training.id && owner.attempt === run.number)) return training;',
        to: 'if (owner !== null) return training;',
      },
    ],
    faults: ['reply_and_webhooks_lost', 'webhook_foreign_run'],
  },
  {
    name: 'an event of an earlier attempt or run is applied to the current one',
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
    faults: ['frozen_with_stale_event'],
  },
];
