import { getBatchProgress } from '@trainyard/application';
import { autoTrainEventsSchema } from '@trainyard/contracts';
import { EXAMPLE_IDS, EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toRunEventsView } from '../../views/run-events.ts';
import { idParamsSchema } from '../shared.ts';

const operations = describeOperations('auto-train', {
  listAutoTrainEvents: {
    summary: 'List the events of an auto-train run',
    description:
      'Returns the selection of the run, the status changes of its trainings, a cancellation and the end, oldest first. The lines of the report of the legacy script follow from them. Of a pruned training only acceptance and end are known.',
    errors: ['batch_not_found', 'corrupt_document', 'training_unreadable'],
    request: { params: { id: EXAMPLE_IDS.batch } },
    answers: { 200: { description: 'The events.', example: EXAMPLES.autoTrain.events } },
  },
});

/** Registers the events of auto-train runs (docs/concepts/auto-train.md). */
export function registerRunEventRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/api/auto-train/runs/:id/events',
    {
      schema: {
        ...operations.listAutoTrainEvents,
        params: idParamsSchema,
        response: { 200: autoTrainEventsSchema },
      },
    },
    async (request) => toRunEventsView(deps, await getBatchProgress(deps, request.params.id)),
  );
}
