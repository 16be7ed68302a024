import { findTraining, WrongStateError } from '@trainyard/application';
import { modelLinkSchema, modelQuerySchema } from '@trainyard/contracts';
import { normalizeS3Address, S3AddressError, type Training, toModelName } from '@trainyard/domain';
import { z } from 'zod';
import { FileNotFoundError } from '../../problems/errors.ts';
import type { ApiDeps } from '../../server/options.ts';
import type { Api } from '../../server/server.ts';
import { toIso } from '../../views/training.ts';
import { idParamsSchema, problemResponses } from '../shared.ts';
import { createReadLink, type LinkDeps } from './links.ts';

type Deps = ApiDeps & LinkDeps;

/** Registers the download of the model of a completed training. */
export function registerModelRoute(app: Api, deps: Deps): void {
  app.get(
    '/api/trainings/:id/model',
    {
      schema: {
        tags: ['trainings'],
        summary: 'Download the model of a training, or get its link',
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

/** Normalizes the address of a model to `s3://`. Undefined for a model outside S3. */
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
    throw new WrongStateError(training.id, training.status, 'only a completed training has a model');
  const { loraUrl } = training.model;
  const [uri, fileName] = [toS3Uri(deps, loraUrl), toFileName(training)];
  if (uri === undefined) return { url: loraUrl, file_name: fileName, size_bytes: null, expires_at: null };
  const head = await deps.objects.headUri(uri);
  if (!head) throw new FileNotFoundError();
  const { url, until } = await createReadLink(deps, uri, fileName);
  return { url, file_name: fileName, size_bytes: head.sizeBytes, expires_at: toIso(until) };
}
