import type { RequestOptions } from '@trainyard/client';
import { type ScheduleView, scheduleSchema } from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { Command } from 'commander';
import type { CommandRunner } from '../../terminal/context.ts';
import { parseAmountUsd, parseWholeNumber } from '../../terminal/options.ts';

const TICKS_SHOWN = 10;
const OUTCOMES = {
  ran: 'ran',
  overlap: 'skipped: the previous run was still open',
  missed: 'missed: no process was running',
} as const;

/** Adds `trainyard schedule` (docs/concepts/auto-train.md). */
export function addSchedule(program: Command, run: CommandRunner): void {
  const request = (command: Command, requestOptions: RequestOptions) =>
    run(command, async ({ server, output }) => {
      const schedule = await server().request('/api/auto-train/schedule', scheduleSchema, requestOptions);
      output.writeResult(schedule, scheduleLines(schedule));
      return undefined;
    });
  const schedule = program.command('schedule').description('schedule of auto-train');
  schedule
    .command('show', { isDefault: true })
    .description('show the schedule, its next ticks and the results of the last ticks')
    .action((_: object, command: Command) => request(command, {}));
  schedule
    .command('set <cron>')
    .description('set the schedule, e.g. trainyard schedule set "0 22 * * *" --tz Europe/Berlin --limit 20')
    .option('--tz <zone>', 'time zone of the cron (default UTC)')
    .option('--limit <number>', 'maximum number of actors per tick', parseWholeNumber)
    .option('--budget <usd>', 'budget per tick in USD', parseAmountUsd)
    .option('--disabled', 'save the schedule without enabling it')
    .action((cron: string, { tz, limit, budget, disabled }: SetOptions, command: Command) =>
      request(command, {
        method: 'PUT',
        body: omitUndefined({ cron, tz, limit, budget_usd: budget, enabled: !disabled }),
      }),
    );
  schedule
    .command('off')
    .description('delete the schedule')
    .action((_: object, command: Command) => request(command, { method: 'DELETE' }));
}

function formatLimits({ limit, budget_usd }: NonNullable<ScheduleView['schedule']>): string {
  return [
    limit === null ? '' : `at most ${limit} actors`,
    budget_usd === null ? '' : `for at most $${budget_usd}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** Formats the schedule as lines. */
function scheduleLines({ schedule, next_ticks, ticks }: ScheduleView): readonly string[] {
  return [
    ...(schedule === null
      ? ['Auto-train has no schedule.']
      : [
          `Auto-train schedule: ${schedule.cron} (${schedule.tz}), ${formatLimits(schedule)}${schedule.enabled ? '' : '; disabled'}`,
          ...next_ticks.map((at) => `  next  ${at}`),
        ]),
    ...ticks
      .slice(0, TICKS_SHOWN)
      .map(
        ({ at, outcome, run_id }) => `  ${at}  ${OUTCOMES[outcome]}${run_id === null ? '' : ` (${run_id})`}`,
      ),
  ];
}

interface SetOptions {
  readonly tz?: string;
  readonly limit?: number;
  readonly budget?: number;
  readonly disabled?: boolean;
}
