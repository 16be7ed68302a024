import { changeBatchBudget, changeBudgets, getBudgetStatus } from '@trainyard/application';
import {
  batchBudgetChangeSchema,
  batchBudgetResponseSchema,
  budgetsChangeSchema,
  budgetsSchema,
} from '@trainyard/contracts';
import { defined } from '../mapping/defined.ts';
import type { ApiDeps } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { toBudgetsView } from '../views/budgets.ts';
import { idParamsSchema } from './params.ts';
import { problemResponses } from './problems.ts';

const tags = ['budgets'];
const response = { 200: budgetsSchema, ...problemResponses };

/** What may be spent (SPEC §9). */
export function registerBudgetRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/budgets',
    { schema: { tags, summary: 'Spent, committed and left, by day, month and batch', response } },
    async () => toBudgetsView(await getBudgetStatus(deps)),
  );
  app.put(
    '/api/budgets',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Change what a day or month may cost; null takes the limit away',
        body: budgetsChangeSchema,
        response,
      },
    },
    async ({ body }) =>
      toBudgetsView(await changeBudgets(deps, defined({ dayUsd: body.day_usd, monthUsd: body.month_usd }))),
  );
  app.put(
    '/api/budgets/batches/:id',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Give a batch another purse, and release what it held as far as that goes',
        params: idParamsSchema,
        body: batchBudgetChangeSchema,
        response: { 200: batchBudgetResponseSchema, ...problemResponses },
      },
    },
    async ({ params, body }) => {
      const change = { budgetUsd: body.budget_usd, by: 'api' };
      const released = await changeBatchBudget(deps, params.id, change);
      return { released: released.map(({ id }) => id), budgets: toBudgetsView(await getBudgetStatus(deps)) };
    },
  );
}
