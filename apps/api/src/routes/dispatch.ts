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
import { EXAMPLE_IDS, EXAMPLES } from '../openapi/examples.ts';
import { describeOperations } from '../openapi/operation.ts';
import type { ApiDeps } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { toBudgetsView, toDispatchView, toSlotsView } from '../views/dispatch.ts';
import { idParamsSchema } from './shared.ts';

const operations = describeOperations('dispatch', {
  getSlots: {
    summary: 'List the slots in use and the next trainings in the queue',
    description:
      'Returns the concurrency limit, the training of each slot, and the estimated start of the next trainings.',
    errors: ['training_unreadable'],
    answers: { 200: { description: 'Slots and the head of the queue.', example: EXAMPLES.operations.slots } },
  },
  getDispatch: {
    summary: 'Get concurrency limit, pause, gate and alarms',
    description: 'Returns what stops dispatch, and the alarms that need an operator.',
    errors: [],
    answers: { 200: { description: 'The dispatch control.', example: EXAMPLES.operations.dispatch } },
  },
  updateDispatch: {
    summary: 'Pause or resume dispatch, change the concurrency limit, or open the gate',
    description: 'Absent fields stay unchanged. `gate: null` opens the gate. A lower limit stops no run.',
    errors: ['invalid_concurrency_limit'],
    request: { body: { max_concurrency: 2, paused: false } },
    answers: {
      200: { description: 'The dispatch control after the change.', example: EXAMPLES.operations.dispatch },
    },
  },
});

const budgetOperations = describeOperations('budgets', {
  getBudgets: {
    summary: 'Get the budgets and their use',
    description: 'Returns the budgets of day, month and open batches with the amounts spent and committed.',
    errors: [],
    answers: { 200: { description: 'The budgets.', example: EXAMPLES.operations.budgets } },
  },
  updateBudgets: {
    summary: 'Change or remove the budgets of day and month',
    description: 'Absent fields stay unchanged; null removes a budget.',
    errors: ['price_unknown'],
    request: { body: { day_usd: 40, month_usd: 400 } },
    answers: { 200: { description: 'The budgets after the change.', example: EXAMPLES.operations.budgets } },
  },
  updateBatchBudget: {
    summary: 'Change or remove the budget of a batch',
    description: 'Releases the held trainings that fit into the new budget; null removes the budget.',
    errors: ['batch_not_found', 'price_unknown', 'corrupt_document'],
    request: { params: { id: EXAMPLE_IDS.batch }, body: { budget_usd: 20 } },
    answers: {
      200: {
        description: 'The released trainings and the budgets.',
        example: EXAMPLES.operations.batch_budget,
      },
    },
  },
});

const config = { access: 'admin' } as const;
const response = { 200: dispatchSchema };

/** Registers the routes of slots, concurrency limit, pause and gate (docs/operations/pause-and-limits.md). */
export function registerDispatchRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/slots',
    {
      schema: {
        ...operations.getSlots,
        response: { 200: slotsSchema },
      },
    },
    async () => toSlotsView(await getSlots(deps)),
  );
  app.get('/api/dispatch', { schema: { ...operations.getDispatch, response } }, async () =>
    loadDispatchView(deps, await deps.store.getControl()),
  );
  app.put(
    '/api/dispatch',
    {
      config,
      schema: {
        ...operations.updateDispatch,
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

const budgetResponse = { 200: budgetsSchema };

/** Registers the routes of the budgets of day, month and batch (docs/concepts/budgets.md). */
export function registerBudgetRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/budgets',
    { schema: { ...budgetOperations.getBudgets, response: budgetResponse } },
    async () => toBudgetsView(await getBudgetStatus(deps)),
  );
  app.put(
    '/api/budgets',
    {
      config,
      schema: {
        ...budgetOperations.updateBudgets,
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
        ...budgetOperations.updateBatchBudget,
        params: idParamsSchema,
        body: batchBudgetChangeSchema,
        response: { 200: batchBudgetResponseSchema },
      },
    },
    async ({ params, body }) => {
      const change = { budgetUsd: body.budget_usd, by: 'api' };
      const released = await changeBatchBudget(deps, params.id, change);
      return { released: released.map(({ id }) => id), budgets: toBudgetsView(await getBudgetStatus(deps)) };
    },
  );
}
