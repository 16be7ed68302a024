import { findTraining } from '@trainyard/application';
import { trainingStatusAnswerSchema, trainingStatusQuestionSchema } from '@trainyard/contracts';
import type { ApiDeps } from '../../options.ts';
import type { Api } from '../../server/server.ts';
import { statusAnswer } from '../../views/seed.ts';
import { problems } from '../problems.ts';

/** `POST /api/training/status` (SPEC §5.2). */
export const statusRoute = (app: Api, deps: ApiDeps): void => {
  app.post(
    '/api/training/status',
    {
      config: { access: 'read' },
      schema: {
        tags: ['seed'],
        summary: 'A training by any of its names, in RunPod’s words',
        body: trainingStatusQuestionSchema,
        response: { 200: trainingStatusAnswerSchema, ...problems },
      },
    },
    async (request) => {
      const [name = ''] = Object.values(request.body).filter((each) => each !== undefined);
      return statusAnswer(deps, await findTraining(deps, name));
    },
  );
};
