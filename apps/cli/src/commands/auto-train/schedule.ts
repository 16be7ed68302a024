import type { RequestOptions } from '@trainyard/client';
import { getOwnZone } from '@trainyard/client/report';
import { type ScheduleView, scheduleSchema } from '@trainyard/contracts';
import { formatUsd, omitUndefined } from '@trainyard/domain';
import type { Command } from 'commander';
import type { CommandRunner } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/exit.ts';
import { collectValues, parseAmountUsd, parseWholeNumber } from '../../terminal/options.ts';
import { formatInZones } from '../../terminal/zones.ts';

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
    .command('set <expression>')
    .description(
      'set the schedule by a cron expression, e.g. trainyard schedule set "0 22 * * *" --tz Europe/Berlin --limit 20',
    )
    .option('--tz <zone>', 'time zone of the cron (default UTC)')
    .option('--limit <number>', 'maximum number of actors per tick', parseWholeNumber)
    .option('--budget <usd>', 'budget per tick in USD', parseAmountUsd)
    .option('--include-unreviewed', 'include actors with a model without a verdict')
    .option('--validation', 'create sample pictures at the end of each training')
    .option(
      '--prompt <text>',
      'prompt of sample pictures, {trigger} is the trigger of each actor; repeatable',
      collectValues,
    )
    .option('--disabled', 'save the schedule without enabling it')
    .addHelpText('after', `\n${BOUND_HELP}`)
    .action((cron: string, options: SetOptions, command: Command) => {
      if (options.limit === undefined && options.budget === undefined) throw new UsageError(BOUND_HELP);
      return request(command, { method: 'PUT', body: toScheduleBody(cron, options) });
    });
  schedule
    .command('off')
    .description('delete the schedule')
    .action((_: object, command: Command) => request(command, { method: 'DELETE' }));
}

const BOUND_HELP = 'Give --limit, --budget or both: they bound what each tick may cost.';

function toScheduleBody(cron: string, options: SetOptions) {
  return omitUndefined({
    cron,
    tz: options.tz,
    limit: options.limit,
    budget_usd: options.budget,
    enabled: !options.disabled,
    include_unreviewed: options.includeUnreviewed,
    validation: options.validation,
    sample_prompts: options.prompt,
  });
}

function formatLimits({ limit, budget_usd }: NonNullable<ScheduleView['schedule']>): string {
  return [
    limit === null ? '' : `at most ${limit} actors`,
    budget_usd === null ? '' : `for at most ${formatUsd(budget_usd)}`,
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
          ...next_ticks.map((at) => `  next  ${formatInZones(at, schedule.tz)}`),
        ]),
    ...ticks
      .slice(0, TICKS_SHOWN)
      .map(
        ({ at, outcome, run_id }) =>
          `  ${formatInZones(at, schedule?.tz ?? getOwnZone())}  ${OUTCOMES[outcome]}${run_id === null ? '' : ` (${run_id})`}`,
      ),
  ];
}

interface SetOptions {
  readonly tz?: string;
  readonly limit?: number;
  readonly budget?: number;
  readonly disabled?: boolean;
  readonly includeUnreviewed?: boolean;
  readonly validation?: boolean;
  readonly prompt?: readonly string[];
}
