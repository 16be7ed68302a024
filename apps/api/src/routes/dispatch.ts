import {
  type Deps,
  type DispatchControl,
  getBudgetStop,
  getSlots,
  listActiveAlarms,
} from '@trainyard/application';
import { dispatchChangeSchema, dispatchSchema, slotsSchema } from '@trainyard/contracts';
import { defined } from '../mapping/defined.ts';
import type { ApiDeps } from '../server/options.ts';
import type { Api } from '../server/server.ts';
import { toDispatchView, toSlotsView } from '../views/dispatch.ts';
import { problemResponses } from './problems.ts';

const tags = ['dispatch'];
const response = { 200: dispatchSchema, ...problemResponses };

/** Slots, pause, bound and gate. */
export function registerDispatchRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/slots',
    {
      schema: {
        tags,
        summary: 'Who holds the slots and who is next',
        response: { 200: slotsSchema, ...problemResponses },
      },
    },
    async () => toSlotsView(await getSlots(deps)),
  );
  app.get(
    '/api/dispatch',
    { schema: { tags, summary: 'Pause, bound, gate and alarms', response } },
    async () => loadDispatchView(deps, await deps.store.getControl()),
  );
  app.put(
    '/api/dispatch',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Pause, resume, change the bound or open the gate',
        body: dispatchChangeSchema,
        response,
      },
    },
    async (request) => {
      const { max_concurrency: maxConcurrency, ...change } = request.body;
      const control = await deps.store.setControl(defined({ ...change, maxConcurrency }));
      request.log.info(request.body, 'dispatch_control_changed');
      return loadDispatchView(deps, control);
    },
  );
}

async function loadDispatchView(deps: Deps, control: DispatchControl) {
  return toDispatchView(control, { stop: await getBudgetStop(deps), alarms: await listActiveAlarms(deps) });
}
