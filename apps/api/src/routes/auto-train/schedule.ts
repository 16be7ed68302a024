import { clearSchedule, setSchedule } from '@trainyard/application';
import { schedulePutSchema, scheduleSchema } from '@trainyard/contracts';
import { omitUndefined, type SchedulePlan } from '@trainyard/domain';
import { EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toScheduleView } from '../../views/auto-train.ts';

const operations = describeOperations('auto-train', {
  getSchedule: {
    summary: 'Get the schedule with its next and last ticks',
    description: 'Returns null as `schedule` when none is set.',
    errors: ['corrupt_document'],
    answers: { 200: { description: 'The schedule.', example: EXAMPLES.autoTrain.schedule } },
  },
  setSchedule: {
    summary: 'Set the schedule',
    description: 'Replaces the whole schedule. `limit` or `budget_usd` is required.',
    errors: ['corrupt_document', 'price_unknown'],
    request: { body: { cron: '0 22 * * *', tz: 'Europe/Berlin', limit: 10 } },
    answers: { 200: { description: 'The schedule.', example: EXAMPLES.autoTrain.schedule } },
  },
  deleteSchedule: {
    summary: 'Delete the schedule',
    description: 'Open batches continue.',
    errors: ['corrupt_document'],
    answers: {
      200: {
        description: 'The empty schedule with its last ticks.',
        example: { ...EXAMPLES.autoTrain.schedule, schedule: null, next_ticks: [] },
      },
    },
  },
});

const PATH = '/api/auto-train/schedule';
const response = { 200: scheduleSchema };

/** Registers the routes of the auto-train schedule (docs/concepts/auto-train.md). */
export function registerScheduleRoutes(app: Api, deps: ApiDeps): void {
  app.get(PATH, { schema: { ...operations.getSchedule, response } }, async () =>
    toScheduleView(deps, await deps.batches.getSchedule()),
  );
  app.put(
    PATH,
    {
      schema: {
        ...operations.setSchedule,
        body: schedulePutSchema,
        response,
      },
    },
    async ({ body }) => {
      const plan: SchedulePlan = {
        cron: body.cron,
        tz: body.tz,
        enabled: body.enabled,
        ...omitUndefined({
          limit: body.limit ?? undefined,
          budgetUsd: body.budget_usd ?? undefined,
          includeUnreviewed: body.include_unreviewed,
          validation: body.validation,
          samplePrompts: body.sample_prompts,
        }),
      };
      return toScheduleView(deps, await setSchedule(deps, plan));
    },
  );
  app.delete(PATH, { schema: { ...operations.deleteSchedule, response } }, async () =>
    toScheduleView(deps, await clearSchedule(deps)),
  );
}
