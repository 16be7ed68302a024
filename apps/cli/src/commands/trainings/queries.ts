import {
  trainingDetailSchema,
  trainingEventsSchema,
  trainingPageSchema,
  trainingStatusSchema,
} from '@trainyard/contracts';
import type { Command } from 'commander';
import type { z } from 'zod';
import { watchTraining } from '../../report/follow-training.ts';
import { loadTimeNote } from '../../report/simulated-time.ts';
import { listLines, trainingLines } from '../../report/training-lines.ts';
import { findTrainingId } from '../../subjects/find-training.ts';
import { loadSubjectNames, NO_NAMES, resolveSubject } from '../../subjects/subject-names.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { formatTime } from '../../terminal/format.ts';
import { parseChoice, parseWholeNumber } from '../../terminal/options.ts';
import { formatTable } from '../../terminal/table.ts';

type Events = z.output<typeof trainingEventsSchema>['events'];

/** Adds `trainyard list` and `trainyard show`. */
export function addQueries(program: Command, run: CommandRunner): void {
  program
    .command('list')
    .description('list trainings, newest first')
    .option('--status <list>', `comma-separated statuses: ${trainingStatusSchema.options.join(', ')}`)
    .option('--kind <kind>', 'actor or style', parseChoice('actor', 'style'))
    .option('--subject <subject>', 'trainings of this subject, by id or name')
    .option('--batch <id>', 'trainings of this auto-train run')
    .option('--needs-attention', 'only trainings that wait for an operator')
    .option('--limit <number>', 'maximum number of trainings', parseWholeNumber, 50)
    .option('--cursor <cursor>', 'cursor of the page')
    .action(async (options: ListOptions, command: Command) =>
      run(command, (context) => listTrainings(context, options)),
    );
  program
    .command('show <training>')
    .description('show a training with its events')
    .action(async (id: string, _options: object, command: Command) =>
      run(command, (context) => showTraining(context, id)),
    );
}

async function listTrainings(
  { output, server }: Context,
  { status, kind, subject, batch, needsAttention, limit, cursor }: ListOptions,
): Promise<undefined> {
  const connection = server();
  const found = subject === undefined ? undefined : await resolveSubject(connection, subject, kind);
  const query = { status, kind: found?.kind ?? kind, subject_id: found?.id, batch_id: batch, limit, cursor };
  const page = await connection.request('/api/trainings', trainingPageSchema, {
    query: { ...query, needs_attention: needsAttention },
  });
  const names = output.json ? NO_NAMES : await loadSubjectNames(connection);
  const more = page.next_cursor === null ? [] : [`More: --cursor ${page.next_cursor}`];
  output.writeResult(page, [
    ...(await loadTimeNote(connection, output)),
    ...listLines(page.trainings, { names, width: output.width }),
    ...more,
  ]);
}

async function showTraining({ output, server }: Context, id: string): Promise<undefined> {
  const connection = server();
  const training = await connection.request(`/api/trainings/${encodeURIComponent(id)}`, trainingDetailSchema);
  const { events } = await connection.request(
    `/api/trainings/${encodeURIComponent(training.id)}/events`,
    trainingEventsSchema,
  );
  const names = output.json ? NO_NAMES : await loadSubjectNames(connection);
  output.writeResult({ ...training, events }, [
    ...(await loadTimeNote(connection, output)),
    ...trainingLines(training, names),
    '',
    ...eventLines(events, output.width),
  ]);
}

/** Lines of the events; observations that only report progress are left out. */
function eventLines(events: Events, width: number | undefined): readonly string[] {
  return formatTable<Events[number]>(
    [
      { title: 'TIME', cell: ({ at }) => formatTime(at) },
      { title: 'STATUS', cell: ({ from, to }) => (from === to ? to : `${from ?? '–'} → ${to}`), min: 10 },
      { title: 'EVENT', cell: ({ type }) => type.replaceAll('_', ' '), min: 12 },
      { title: 'CAUSE', cell: ({ cause }) => cause, rank: 1 },
    ],
    events.filter(({ type, from, to }) => type !== 'run_observed' || from !== to),
    { width },
  );
}

interface ListOptions {
  readonly status?: string;
  readonly kind?: 'actor' | 'style';
  readonly subject?: string;
  readonly batch?: string;
  readonly needsAttention?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

/** `trainyard watch`. */
export function addWatch(program: Command, run: CommandRunner): void {
  program
    .command('watch <training>')
    .description(
      'follow a training, or the live training of a subject, to its end; exit code 5 unless it completes',
    )
    .action(async (id: string, _options: object, command: Command) =>
      run(command, async (context) => {
        const server = context.server();
        return watchTraining(context, server, await findTrainingId(server, id));
      }),
    );
}
