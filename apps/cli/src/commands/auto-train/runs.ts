import type { RequestOptions } from '@trainyard/client';
import { summaryLines } from '@trainyard/client/report';
import {
  type AutoTrainBatchView,
  type AutoTrainProgressView,
  autoTrainPageSchema,
  autoTrainProgressSchema,
} from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { Command } from 'commander';
import { listLines } from '../../report/training-lines.ts';
import { findRunId } from '../../subjects/find-listed.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { formatTime, toShortId } from '../../terminal/format.ts';
import { parseWholeNumber } from '../../terminal/options.ts';
import { watchRun } from './watch-run.ts';

/** Adds `trainyard runs`: list, show, cancel and reprioritize auto-train runs. */
export function addRuns(program: Command, run: CommandRunner): void {
  const runs = program.command('runs').description('auto-train runs');
  for (const add of [addList, addShow, addCancel, addPriority]) add(runs, run);
}

/** Sends a request about a run, named by its id or the end of it, and writes its progress. */
function requestProgress(
  command: Command,
  run: CommandRunner,
  { id, action = '', ...requestOptions }: RequestOptions & { readonly id: string; readonly action?: string },
): Promise<void> {
  return run(command, async ({ server, output }) => {
    const connection = server();
    const path = `/api/auto-train/runs/${encodeURIComponent(await findRunId(connection, id))}${action}`;
    const progress = await connection.request(path, autoTrainProgressSchema, requestOptions);
    output.writeResult(progress, progressLines(progress));
    return undefined;
  });
}

function addList(runs: Command, run: CommandRunner): void {
  runs
    .command('list', { isDefault: true })
    .description('list runs, newest first')
    .option('--limit <number>', 'maximum number of runs', parseWholeNumber)
    .option('--cursor <cursor>', 'cursor of the page')
    .action((query: { readonly limit?: number; readonly cursor?: string }, command: Command) =>
      run(command, async ({ server, output }) => {
        const page = await server().request('/api/auto-train/runs', autoTrainPageSchema, { query });
        const more = page.next_cursor === null ? [] : [`More: --cursor ${page.next_cursor}`];
        output.writeResult(page, [...page.runs.map(headLine), ...more]);
        return undefined;
      }),
    );
}

function addShow(runs: Command, run: CommandRunner): void {
  runs
    .command('show <run>')
    .description('show the progress of a run')
    .option('--watch', 'follow it to its end; exit code 5 if any training failed')
    .action((id: string, { watch }: { readonly watch?: boolean }, command: Command) =>
      watch
        ? run(command, async (context) => {
            const server = context.server();
            return watchRun(context, server, { id: await findRunId(server, id), enqueued: [] });
          })
        : requestProgress(command, run, { id }),
    );
}

function addCancel(runs: Command, run: CommandRunner): void {
  runs
    .command('cancel <run>')
    .description('cancel queued trainings at once, running trainings when RunPod confirms it')
    .option('--keep-running', 'cancel queued trainings only')
    .option('--by <name>', 'name of the operator')
    .action(
      (id: string, options: { readonly keepRunning?: boolean; readonly by?: string }, command: Command) =>
        requestProgress(command, run, {
          ...{ id, action: '/cancel' },
          method: 'POST',
          body: omitUndefined({ keep_running: options.keepRunning, by: options.by }),
        }),
    );
}

function addPriority(runs: Command, run: CommandRunner): void {
  runs
    .command('priority')
    .argument('<run>')
    .argument('<number>', 'lower runs first', parseWholeNumber)
    .description('change the priority of its queued trainings')
    .action((id: string, priority: number, _: object, command: Command) =>
      requestProgress(command, run, { id, method: 'PATCH', body: { priority } }),
    );
}

function headLine(run: AutoTrainBatchView): string {
  return [
    toShortId(run.id),
    formatTime(run.created_at),
    run.status,
    `${run.enqueued_count} enqueued, ${run.skipped_count} skipped`,
    ...(run.summary ? [`${run.summary.successful} successful, ${run.summary.failed} failed`] : []),
    ...(run.tick_at === null ? [] : ['by schedule']),
  ].join('  ');
}

function progressLines(run: AutoTrainProgressView): readonly string[] {
  return [headLine(run), ...listLines(run.trainings), ...summaryLines(run)];
}
