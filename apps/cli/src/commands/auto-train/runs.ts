import type { RequestOptions } from '@trainyard/client';
import {
  type AutoTrainBatchView,
  type AutoTrainProgressView,
  autoTrainPageSchema,
  autoTrainProgressSchema,
} from '@trainyard/contracts';
import type { Command } from 'commander';
import { summaryLines } from '../../report/auto-train-report.ts';
import { followAutoTrainRun } from '../../report/auto-train-run.ts';
import { listLines } from '../../report/training-lines.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { EXIT } from '../../terminal/exit.ts';
import { omitUndefined, parseWholeNumber } from '../../terminal/options.ts';

/** `trainyard runs`: past and present runs of auto-train. */
export function addRuns(program: Command, run: CommandRunner): void {
  const request = (command: Command, path: string, requestOptions: RequestOptions = {}) =>
    run(command, async ({ server, output }) => {
      const progress = await server().request(path, autoTrainProgressSchema, requestOptions);
      output.writeResult(progress, progressLines(progress));
      return undefined;
    });
  const runs = program.command('runs').description('runs of auto-train');
  runs
    .command('list', { isDefault: true })
    .description('newest first')
    .option('--limit <number>', 'how many', parseWholeNumber)
    .option('--cursor <cursor>', 'where the page begins')
    .action((query: { readonly limit?: number; readonly cursor?: string }, command: Command) =>
      run(command, async ({ server, output }) => {
        const page = await server().request('/api/auto-train/runs', autoTrainPageSchema, { query });
        const more = page.next_cursor === null ? [] : [`More: --cursor ${page.next_cursor}`];
        output.writeResult(page, [...page.runs.map(headLine), ...more]);
        return undefined;
      }),
    );
  runs
    .command('show <run>')
    .description('how far it is')
    .option('--watch', 'follow it to its end; exit code 5 when any failed')
    .action((id: string, { watch }: { readonly watch?: boolean }, command: Command) =>
      watch
        ? run(command, async ({ server, output }) => {
            const progress = await followAutoTrainRun(server(), { id, enqueued: [] }, output);
            output.writeResult(progress, []);
            return progress.summary.successful === progress.summary.processed ? EXIT.ok : EXIT.unsuccessful;
          })
        : request(command, toRunPath(id)),
    );
  runs
    .command('cancel <run>')
    .description('cancel what waits, and what runs once the provider confirms it')
    .option('--keep-running', 'cancel only what waits')
    .option('--by <name>', 'who wants it')
    .action(
      (id: string, options: { readonly keepRunning?: boolean; readonly by?: string }, command: Command) =>
        request(command, toRunPath(id, '/cancel'), {
          method: 'POST',
          body: omitUndefined({ keep_running: options.keepRunning, by: options.by }),
        }),
    );
  runs
    .command('priority')
    .argument('<run>')
    .argument('<number>', 'lower is sooner', parseWholeNumber)
    .description('change the order of all of it that waits')
    .action((id: string, priority: number, _: object, command: Command) =>
      request(command, toRunPath(id), { method: 'PATCH', body: { priority } }),
    );
}

function toRunPath(id: string, action = ''): string {
  return `/api/auto-train/runs/${encodeURIComponent(id)}${action}`;
}

function headLine(run: AutoTrainBatchView): string {
  return [
    run.id,
    run.created_at,
    run.status,
    `${run.enqueued_count} of ${run.considered} enqueued`,
    ...(run.summary ? [`${run.summary.successful} successful, ${run.summary.failed} failed`] : []),
    ...(run.tick_at === null ? [] : ['by schedule']),
  ].join('  ');
}

function progressLines(run: AutoTrainProgressView): readonly string[] {
  return [headLine(run), ...listLines(run.trainings), ...summaryLines(run)];
}
