import { findTraining } from '@trainyard/application';
import { trainingStatusRequestSchema, trainingStatusResponseSchema } from '@trainyard/contracts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toStatusResponse } from '../../views/legacy.ts';
import { problemResponses } from '../problems.ts';

/** `POST /api/training/status` (SPEC §5.2). */
export function registerStatusRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/api/training/status',
    {
      config: { access: 'read' },
      schema: {
        tags: ['legacy'],
        summary: 'A training by any of its names, in RunPod’s words',
        body: trainingStatusRequestSchema,
        response: { 200: trainingStatusResponseSchema, ...problemResponses },
      },
    },
    async (request) => {
      const [name = ''] = Object.values(request.body).filter((each) => each !== undefined);
      return toStatusResponse(deps, await findTraining(deps, name));
    },
  );
}
