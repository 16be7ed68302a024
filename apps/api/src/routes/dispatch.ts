import {
  getBudgetStop,
  type Deps,
  type DispatchControl,
  getSlots,
  listActiveAlarms,
} from '@trainyard/application';
import { dispatchChangeSchema, dispatchSchema, slotsSchema } from '@trainyard/contracts';
import { defined } from '../commands/defined.ts';
import type { ApiDeps } from '../options.ts';
import type { Api } from '../server/server.ts';
import { dispatchView, slotsView } from '../views/dispatch.ts';
import { problems } from './problems.ts';

const tags = ['dispatch'];
const answers = { 200: dispatchSchema, ...problems };

const viewOf = async (deps: Deps, control: DispatchControl) =>
  dispatchView(control, { stop: await getBudgetStop(deps), alarms: await listActiveAlarms(deps) });

/** Slots, pause, bound and gate. */
export const dispatchRoutes = (app: Api, deps: ApiDeps): void => {
  app.get(
    '/api/slots',
    {
      schema: {
        tags,
        summary: 'Who holds the slots and who is next',
        response: { 200: slotsSchema, ...problems },
      },
    },
    async () => slotsView(await getSlots(deps)),
  );
  app.get(
    '/api/dispatch',
    { schema: { tags, summary: 'Pause, bound, gate and alarms', response: answers } },
    async () => viewOf(deps, await deps.store.getControl()),
  );
  app.put(
    '/api/dispatch',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Pause, resume, change the bound or open the gate',
        body: dispatchChangeSchema,
        response: answers,
      },
    },
    async (request) => {
      const change = defined(request.body);
      const control = await deps.store.setControl(change);
      request.log.info(change, 'dispatch_control_changed');
      return viewOf(deps, control);
    },
  );
};
