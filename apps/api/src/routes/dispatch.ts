import {
  changeBatchBudget,
  changeBudgets,
  type Deps,
  type DispatchControl,
  findRedisFault,
  getBudgetStatus,
  getBudgetStop,
  getSlots,
  listActiveAlarms,
} from '@trainyard/application';
import {
  batchBudgetChangeSchema,
  batchBudgetResponseSchema,
  budgetsChangeSchema,
  budgetsSchema,
  dispatchChangeSchema,
  dispatchSchema,
  slotsSchema,
} from '@trainyard/contracts';
import { omitUndefined } from '@trainyard/domain';
import type { ApiDeps } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { toBudgetsView, toDispatchView, toSlotsView } from '../views/dispatch.ts';
import { idParamsSchema, problemResponses } from './shared.ts';

const tags = ['dispatch'];
const config = { access: 'admin' } as const;
const response = { 200: dispatchSchema, ...problemResponses };

/** Registers the routes of slots, concurrency limit, pause and gate (docs/operations/pause-and-limits.md). */
export function registerDispatchRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/slots',
    {
      schema: {
        tags,
        summary: 'List the slots in use and the next trainings in the queue',
        response: { 200: slotsSchema, ...problemResponses },
      },
    },
    async () => toSlotsView(await getSlots(deps)),
  );
  app.get(
    '/api/dispatch',
    { schema: { tags, summary: 'Get concurrency limit, pause, gate and alarms', response } },
    async () => loadDispatchView(deps, await deps.store.getControl()),
  );
  app.put(
    '/api/dispatch',
    {
      config,
      schema: {
        tags,
        summary: 'Pause or resume dispatch, change the concurrency limit, or open the gate',
        body: dispatchChangeSchema,
        response,
      },
    },
    async (request) => {
      const { max_concurrency: maxConcurrency, ...change } = request.body;
      // An operator who opens the gate has judged its cause: every count of results in a row starts again.
      const endStreaks = change.gate === null ? true : undefined;
      const control = await deps.store.setControl(omitUndefined({ ...change, maxConcurrency, endStreaks }));
      request.log.info(request.body, 'dispatch_control_changed');
      return loadDispatchView(deps, control);
    },
  );
}

async function loadDispatchView(deps: Deps, control: DispatchControl) {
  const [stop, redisFault, storeFault, alarms] = await Promise.all([
    getBudgetStop(deps),
    findRedisFault(deps),
    deps.storeHealth.readFault(),
    listActiveAlarms(deps),
  ]);
  return toDispatchView(control, { stop, redisFault, storeFault, alarms });
}

const budgetTags = ['budgets'];
const budgetResponse = { 200: budgetsSchema, ...problemResponses };

/** Registers the routes of the budgets of day, month and batch (docs/concepts/budgets.md). */
export function registerBudgetRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/budgets',
    { schema: { tags: budgetTags, summary: 'Get the budgets and their use', response: budgetResponse } },
    async () => toBudgetsView(await getBudgetStatus(deps)),
  );
  app.put(
    '/api/budgets',
    {
      config,
      schema: {
        tags: budgetTags,
        summary: 'Change or remove the budgets of day and month',
        body: budgetsChangeSchema,
        response: budgetResponse,
      },
    },
    async ({ body }) =>
      toBudgetsView(
        await changeBudgets(deps, omitUndefined({ dayUsd: body.day_usd, monthUsd: body.month_usd })),
      ),
  );
  registerBatchBudgetRoute(app, deps);
}

function registerBatchBudgetRoute(app: Api, deps: ApiDeps): void {
  app.put(
    '/api/budgets/batches/:id',
    {
      config,
      schema: {
        tags: budgetTags,
        summary: 'Change or remove the budget of a batch and release the held trainings that fit into it',
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
