import type { RequestOptions } from '@trainyard/client';
import { type ScheduleView, scheduleSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import type { CommandRunner } from '../../terminal/context.ts';
import { omitUndefined, parseAmountUsd, parseWholeNumber } from '../../terminal/options.ts';

const TICKS_SHOWN = 10;
const OUTCOMES = {
  ran: 'ran',
  overlap: 'skipped: the run before was still open',
  missed: 'missed: nobody was there',
} as const;

/** `trainyard schedule` (SPEC §8). */
export function addSchedule(program: Command, run: CommandRunner): void {
  const request = (command: Command, requestOptions: RequestOptions) =>
    run(command, async ({ server, output }) => {
      const schedule = await server().request('/api/auto-train/schedule', scheduleSchema, requestOptions);
      output.writeResult(schedule, scheduleLines(schedule));
      return undefined;
    });
  const schedule = program.command('schedule').description('when auto-train runs by itself');
  schedule
    .command('show', { isDefault: true })
    .description('the schedule, its next ticks, and what became of the last')
    .action((_: object, command: Command) => request(command, {}));
  schedule
    .command('set <cron>')
    .description(
      'let it run by itself, e.g. trainyard schedule set "0 22 * * *" --tz Europe/Berlin --limit 20',
    )
    .option('--tz <zone>', 'time zone in which the cron is read (UTC)')
    .option('--limit <number>', 'at most so many actors at a tick', parseWholeNumber)
    .option('--budget <usd>', 'what the trainings of a tick together may cost', parseAmountUsd)
    .option('--disabled', 'only write it down')
    .action((cron: string, { tz, limit, budget, disabled }: SetOptions, command: Command) =>
      request(command, {
        method: 'PUT',
        body: omitUndefined({ cron, tz, limit, budget_usd: budget, enabled: !disabled }),
      }),
    );
  schedule
    .command('off')
    .description('let it run by itself no more')
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

/** The schedule for people. */
function scheduleLines({ schedule, next_ticks, ticks }: ScheduleView): readonly string[] {
  return [
    ...(schedule === null
      ? ['Auto-train does not run by itself.']
      : [
          `Auto-train runs by itself: ${schedule.cron} (${schedule.tz}), ${formatLimits(schedule)}${schedule.enabled ? '' : '; off for now'}`,
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
