import { TRANSITIONS, type Mutation } from '../mutation.ts';

const POLL_RUN = 'packages/application/src/reconcile/poll-run.ts';

/** What keeps to the provider's word (I6, I7, I8). */
export const END_GUARDS: readonly Mutation[] = [
  {
    name: 'a webhook is believed without asking the provider',
    // What it names is not in the store and stands nowhere in the end; the slot of a live run is free all the same.
    breaks: 'I8',
    edits: [
      {
        file: POLL_RUN,
        from: 'await deps.provider.observe(run.endpointId, run.runId));',
        to: `await told(deps, training.id, run));`,
      },
      {
        file: POLL_RUN,
        from: 'export const lookAtRun =',
        to: `const told = async (deps, id, run) => {
  const notes = await deps.store.webhookNotes(id, run.number);
  const { output } = notes.find(({ status }) => status === 'COMPLETED') ?? {};
  return output
    ? { kind: 'ended', outcome: { status: 'completed', output: { loraUrl: output.loraUrl } } }
    : deps.provider.observe(run.endpointId, run.runId);
};
export const lookAtRun =`,
      },
    ],
    faults: ['webhook_forged'],
  },
  {
    name: 'a webhook is let in with any token',
    breaks: 'I6',
    edits: [
      {
        file: 'packages/application/src/webhooks/token.ts',
        from: 'return current || previous;',
        to: 'return current || !previous;',
      },
    ],
    faults: ['webhook_forged'],
  },
  {
    name: 'a cancel is called done before the provider has confirmed it',
    breaks: 'I7',
    edits: [
      {
        file: `${TRANSITIONS}/run.ts`,
        from: 'export const askToCancel = (training: Live, event: CancelRequested): Cancelling => ({',
        to: `export const askToCancel = (training, event) => cancelled(training, event.at);
const unused = (training: Live, event: CancelRequested): Cancelling => ({`,
      },
    ],
    faults: ['cancelled', 'cancel_lags'],
  },
  {
    name: 'a success that overtakes a cancel is thrown away',
    breaks: 'I7',
    edits: [
      {
        file: `${TRANSITIONS}/cancelling.ts`,
        from: "if (outcome.status !== 'completed') return conclude",
        to: 'if (true) return conclude',
      },
    ],
    faults: ['cancel_lags'],
  },
  {
    name: 'a slot is given back by the clock alone',
    breaks: 'I8',
    edits: [
      {
        file: POLL_RUN,
        from: "    case 'live':\n",
        to: `    case 'live':
      if (deps.clock.now() - run.startedAt > 120_000)
        return { type: 'attempt_expired', at: deps.clock.now(), cause: 'poll', attempt: run.number };
`,
      },
    ],
    faults: ['bound_changed'],
  },
  {
    name: 'a slot is never given back',
    breaks: 'I8',
    edits: [
      {
        file: 'packages/redis/src/record/scripts.ts',
        from: "if not c.holdsSlot then redis.call('HDEL', KEYS[4], c.id) end",
        to: '',
      },
    ],
    faults: ['bound_changed'],
  },
];
