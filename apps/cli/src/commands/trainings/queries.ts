import { trainingDetailSchema, trainingEventsSchema, trainingPageSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import type { z } from 'zod';
import { watchTraining } from '../../report/follow-training.ts';
import { alignColumns, listLines, trainingLines } from '../../report/training-lines.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { parseWholeNumber } from '../../terminal/options.ts';

type Events = z.output<typeof trainingEventsSchema>['events'];

/** Adds `trainyard list` and `trainyard show`. */
export function addQueries(program: Command, run: CommandRunner): void {
  program
    .command('list')
    .description('list trainings, newest first')
    .option('--status <list>', 'comma-separated statuses')
    .option('--kind <kind>', 'actor or style')
    .option('--subject <id>', 'trainings of this subject')
    .option('--batch <id>', 'trainings of this auto-train run')
    .option('--needs-attention', 'only trainings that wait for an operator')
    .option('--limit <number>', 'maximum number of trainings', parseWholeNumber, 50)
    .option('--cursor <cursor>', 'cursor of the page')
    .action(async (options: ListOptions, command: Command) =>
      run(command, async ({ output, server }) => {
        const { status, kind, subject, batch, needsAttention, limit, cursor } = options;
        const query = { status, kind, subject_id: subject, batch_id: batch, limit, cursor };
        const page = await server().request('/api/trainings', trainingPageSchema, {
          query: { ...query, needs_attention: needsAttention },
        });
        const more = page.next_cursor === null ? [] : [`More: --cursor ${page.next_cursor}`];
        output.writeResult(page, [...listLines(page.trainings), ...more]);
        return undefined;
      }),
    );
  program
    .command('show <training>')
    .description('show a training with its events')
    .action(async (id: string, _options: object, command: Command) =>
      run(command, async ({ output, server }) => {
        const path = `/api/trainings/${encodeURIComponent(id)}`;
        const training = await server().request(path, trainingDetailSchema);
        const { events } = await server().request(
          `/api/trainings/${encodeURIComponent(training.id)}/events`,
          trainingEventsSchema,
        );
        output.writeResult({ ...training, events }, [...trainingLines(training), '', ...eventLines(events)]);
        return undefined;
      }),
    );
}

/** Lines of the events; observations that only report progress are left out. */
function eventLines(events: Events): readonly string[] {
  return alignColumns(
    events
      .filter(({ type, from, to }) => type !== 'run_observed' || from !== to)
      .map(({ at, type, from, to, cause }) => [at, `${from ?? '–'} → ${to}`, type, cause]),
  );
}

interface ListOptions {
  readonly status?: string;
  readonly kind?: string;
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
    .description('follow a training to its end; exit code 5 unless it completes')
    .action(async (id: string, _options: object, command: Command) =>
      run(command, ({ server, output }) => watchTraining(server(), id, output)),
    );
}
