import { type Connection, createChangeSignal } from '@trainyard/client';
import { budgetsSchema, dispatchSchema, slotsSchema, trainingPageSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import { isTransient } from '../../report/follow-training.ts';
import { type LiveScreen, openLiveScreen } from '../../report/live-screen.ts';
import { loadTimeNote } from '../../report/simulated-time.ts';
import { type TopSnapshot, topLines } from '../../report/top-screen.ts';
import { loadSubjectNames, NO_NAMES, type SubjectNames } from '../../subjects/subject-names.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { toErrorMessage } from '../../terminal/exit.ts';
import { paint } from '../../terminal/style.ts';

/** Adds `trainyard top`. */
export function addTop(program: Command, run: CommandRunner): void {
  program
    .command('top')
    .description('live view of all runs and the queue; q or Ctrl-C leaves it, and no training is stopped')
    .option('--once', 'print it once, as in a pipe')
    .action(({ once }: { readonly once?: boolean }, command: Command) =>
      run(command, (context) => {
        const isLive = context.output.isTerminal && context.input !== undefined && !once;
        return isLive ? followTop(context) : printTop(context);
      }),
    );
}

const ACTIVE = 'submitting,unconfirmed,submitted,running,cancelling,finalizing';
const MAX_TRAININGS = 500;

async function loadSnapshot({ request }: Connection): Promise<TopSnapshot> {
  const query = { limit: MAX_TRAININGS };
  const [slots, { alarms }, budgets, { trainings: active }, { trainings: queued }] = await Promise.all([
    request('/api/slots', slotsSchema),
    request('/api/dispatch', dispatchSchema),
    request('/api/budgets', budgetsSchema),
    request('/api/trainings', trainingPageSchema, { query: { ...query, status: ACTIVE } }),
    request('/api/trainings', trainingPageSchema, { query: { ...query, status: 'queued' } }),
  ]);
  const order = new Map(slots.next.map(({ training_id: id }, at) => [id, at]));
  const queue = queued
    .filter(({ id }) => order.has(id))
    .toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  return { slots, alarms, budgets, active: active.toReversed(), queue };
}

async function printTop({ server, output }: Context): Promise<undefined> {
  const connection = server();
  const snapshot = await loadSnapshot(connection);
  const names = output.json ? NO_NAMES : await loadSubjectNames(connection);
  output.writeResult(snapshot, [
    ...(await loadTimeNote(connection, output)),
    ...topLines(snapshot, { names, width: output.width, url: connection.url }),
  ]);
}

const POLL_INTERVAL_MS = 2_000;

function followTop(context: Context): Promise<undefined> {
  return context.interruptible(async (signal) => {
    const connection = context.server();
    // A server that does not answer is an error of the command; later failures are shown on the screen.
    const first = await loadSnapshot(connection);
    const names = await loadSubjectNames(connection);
    const note = await loadTimeNote(connection, context.output);
    const screen = openLiveScreen({ ...context, signal });
    try {
      await drawChanges({ context, connection, screen, names, note, first });
    } finally {
      screen.close();
    }
    return undefined;
  });
}

interface LiveTop {
  readonly context: Context;
  readonly connection: Connection;
  readonly screen: LiveScreen;
  readonly names: SubjectNames;
  readonly note: readonly string[];
  readonly first: TopSnapshot;
}

async function drawChanges({ context, connection, screen, names, note, first }: LiveTop): Promise<void> {
  const { left } = screen;
  const changes = createChangeSignal(connection, {
    path: '/api/stream',
    pollIntervalMs: POLL_INTERVAL_MS,
    signal: left,
  });
  let snapshot = first;
  let fault: string | undefined;
  try {
    while (!left.aborted) {
      const options = { names, width: context.output.width, url: connection.url };
      const status = fault === undefined ? paint('dim', 'q leaves') : paint('red', fault);
      screen.draw([...note, ...topLines(snapshot, options), '', status]);
      await changes.wait().catch(() => undefined);
      if (left.aborted) return;
      try {
        snapshot = await loadSnapshot(connection);
        fault = undefined;
      } catch (error) {
        if (!isTransient(error)) throw error;
        fault = `Not updated: ${toErrorMessage(error)}`;
      }
    }
  } finally {
    await changes.close();
  }
}
