import { clearSchedule, setSchedule } from '@trainyard/application';
import { schedulePutSchema, scheduleSchema } from '@trainyard/contracts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toScheduleView } from '../../views/auto-train.ts';
import { problemResponses } from '../shared.ts';

const PATH = '/api/auto-train/schedule';
const tags = ['auto-train'];
const response = { 200: scheduleSchema, ...problemResponses };

/** Registers the routes of the auto-train schedule (docs/concepts/auto-train.md). */
export function registerScheduleRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    PATH,
    { schema: { tags, summary: 'Get the schedule with its next and last ticks', response } },
    async () => toScheduleView(deps, await deps.batches.getSchedule()),
  );
  app.put(
    PATH,
    {
      schema: {
        tags,
        summary: 'Set the schedule',
        body: schedulePutSchema,
        response,
      },
    },
    async ({ body: { cron, tz, enabled, limit, budget_usd: budgetUsd } }) => {
      const plan = {
        cron,
        tz,
        enabled,
        ...(typeof limit === 'number' && { limit }),
        ...(typeof budgetUsd === 'number' && { budgetUsd }),
      };
      return toScheduleView(deps, await setSchedule(deps, plan));
    },
  );
  app.delete(PATH, { schema: { tags, summary: 'Delete the schedule', response } }, async () =>
    toScheduleView(deps, await clearSchedule(deps)),
  );
}
