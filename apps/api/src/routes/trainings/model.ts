import { findTraining, WrongStateError } from '@trainyard/application';
import { modelLinkSchema, modelQuerySchema } from '@trainyard/contracts';
import { normalizeS3Address, S3AddressError, type Training, toModelName } from '@trainyard/domain';
import { z } from 'zod';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toIso } from '../../views/time.ts';
import { FileNotFoundError } from '../files/files.ts';
import { createReadLink, type LinkDeps } from '../files/presigned.ts';
import { idParamsSchema } from '../params.ts';
import { problemResponses } from '../problems.ts';

type Deps = ApiDeps & LinkDeps;

/** The model of a completed training (SPEC §5.1). */
export function registerModelRoute(app: Api, deps: Deps): void {
  app.get(
    '/api/trainings/:id/model',
    {
      schema: {
        tags: ['trainings'],
        summary: 'Leads to the download of its model, or tells where that is',
        params: idParamsSchema,
        querystring: modelQuerySchema,
        response: { 200: modelLinkSchema, 302: z.null(), ...problemResponses },
      },
    },
    async (request, reply) => {
      const link = await createModelLink(deps, await findTraining(deps, request.params.id));
      if (request.query.link) return reply.send(link);
      return reply.header('cache-control', 'no-store').redirect(link.url, 302);
    },
  );
}

/** Where a model lies in S3; undefined for one that lies elsewhere. */
function toS3Uri({ settings }: Deps, loraUrl: string): string | undefined {
  try {
    return normalizeS3Address(loraUrl, { customEndpoints: settings.customS3Endpoints }).uri;
  } catch (error) {
    if (!(error instanceof S3AddressError)) throw error;
    return undefined;
  }
}

function toFileName({ request, versionName }: Training): string {
  return `${request.modelName ?? toModelName(request.subject, versionName)}.safetensors`;
}

async function createModelLink(deps: Deps, training: Training) {
  if (training.status !== 'completed')
    throw new WrongStateError(training.id, training.status, 'only one that has completed has a model');
  const { loraUrl } = training.model;
  const [uri, fileName] = [toS3Uri(deps, loraUrl), toFileName(training)];
  if (uri === undefined) return { url: loraUrl, file_name: fileName, size_bytes: null, expires_at: null };
  const head = await deps.objects.headUri(uri);
  if (!head) throw new FileNotFoundError();
  const { url, until } = await createReadLink(deps, uri, fileName);
  return { url, file_name: fileName, size_bytes: head.sizeBytes, expires_at: toIso(until) };
}
