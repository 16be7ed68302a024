import { hyperparametersSchema } from '@trainyard/contracts';
import { EXAMPLES } from '../../openapi/examples.ts';
import { describeOperations } from '../../openapi/operation.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toHyperparametersView } from '../../views/hyperparameters.ts';

const operations = describeOperations('trainings', {
  getHyperparameters: {
    summary: 'Get the hyperparameters and the policies that select them',
    description:
      'Returns name, group, bound, choices and meaning of every hyperparameter, the table of every policy with the numbers of the settings, and the default policies. A form needs no rule of its own.',
    errors: [],
    answers: {
      200: { description: 'Fields, policies and defaults.', example: EXAMPLES.trainings.hyperparameters },
    },
  },
});

/** Registers the route that describes hyperparameters and policies (docs/concepts/hyperparameters.md). */
export function registerHyperparameterRoute(app: Api, deps: Pick<ApiDeps, 'settings'>): void {
  app.get(
    '/api/hyperparameters',
    { schema: { ...operations.getHyperparameters, response: { 200: hyperparametersSchema } } },
    async () => toHyperparametersView(deps.settings),
  );
}
