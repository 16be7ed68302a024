import { type Mutation, SCRIPTS, TRANSITIONS } from './mutation.ts';

const POLL_RUN = 'packages/application/src/reconcile/poll-run.ts';

/** Guards that keep the state of a training equal to the state of its run at the provider (I6, I7, I8). */
export const END_GUARDS: readonly Mutation[] = [
  {
    name: 'a webhook is applied without polling the provider',
    // The forged output does not exist, so no manifest names it; the slot of the live run is released nevertheless.
    breaks: 'I8',
    edits: [
      {
        file: POLL_RUN,
        from: 'await deps.provider.observe(run.endpointId, run.runId);',
        to: 'await readWebhook(deps, training.id, run);',
      },
      {
        file: POLL_RUN,
        from: 'export async function pollRun(',
        to: `const readWebhook = async (deps, id, run) => {
  const webhooks = await deps.store.listWebhooks(id, run.number);
  const { output } = webhooks.find(({ status }) => status === 'COMPLETED') ?? {};
  return output
    ? { kind: 'ended', outcome: { status: 'completed', output: { loraUrl: output.loraUrl } } }
    : deps.provider.observe(run.endpointId, run.runId);
};
export async function pollRun(`,
      },
    ],
    faults: ['webhook_forged'],
  },
  {
    name: 'a webhook is accepted with any token',
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
    name: 'a cancel is reported as done before the provider confirms it',
    breaks: 'I7',
    edits: [
      {
        file: `${TRANSITIONS}/run.ts`,
        from: 'export function requestCancel(training: Live, event: CancelRequested): Cancelling {',
        to: `export const requestCancel = (training, event) => cancelTraining(training, event.at);
function unused(training: Live, event: CancelRequested): Cancelling {`,
      },
    ],
    faults: ['cancelled', 'cancel_delayed'],
  },
  {
    name: 'a success that overtakes a cancel is discarded',
    breaks: 'I7',
    edits: [
      {
        file: `${TRANSITIONS}/cancelling.ts`,
        from: "if (outcome.status !== 'completed') return endStoppedRun",
        to: 'if (true) return endStoppedRun',
      },
    ],
    faults: ['cancel_delayed'],
  },
  {
    name: 'a slot is released by the clock alone',
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
    faults: ['concurrency_limit_changed'],
  },
  {
    name: 'a slot is never released',
    breaks: 'I8',
    edits: [
      {
        file: `${SCRIPTS}/includes/training-change.lua`,
        from: "local released = not c.holdsSlot and redis.call('HDEL', KEYS[4], c.id) == 1",
        to: 'local released = false',
      },
    ],
    faults: ['concurrency_limit_changed'],
  },
  {
    name: 'an address of a container is accepted without a check of its author',
    breaks: 'I5',
    edits: [
      {
        file: 'packages/application/src/reconcile/check-output.ts',
        from: "if (resolved.kind === 'url' || !(await mayWrite(deps, search, resolved))) return unverified;",
        to: "if (resolved.kind === 'url') return unverified;",
      },
      {
        file: 'packages/application/src/reconcile/check-output.ts',
        from: 'return isNewer(deps, head, search.attempt) && !(await isClaimedByOther(deps, search, object));',
        to: 'return true;',
      },
    ],
    faults: ['foreign_address_reported'],
  },
];
