import { clearSchedule, setSchedule } from '@trainyard/application';
import { schedulePutSchema, scheduleSchema } from '@trainyard/contracts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toScheduleView } from '../../views/schedule.ts';
import { problemResponses } from '../problems.ts';

const PATH = '/api/auto-train/schedule';
const tags = ['auto-train'];
const response = { 200: scheduleSchema, ...problemResponses };

/** When auto-train runs by itself (SPEC §8). */
export function registerScheduleRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    PATH,
    { schema: { tags, summary: 'When auto-train runs by itself, and what became of that', response } },
    async () => toScheduleView(deps, await deps.batches.getSchedule()),
  );
  app.put(
    PATH,
    {
      schema: {
        tags,
        summary: 'Let auto-train run by itself',
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
  app.delete(PATH, { schema: { tags, summary: 'Let it run by itself no more', response } }, async () =>
    toScheduleView(deps, await clearSchedule(deps)),
  );
}
