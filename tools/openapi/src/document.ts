import { createApi } from '@trainyard/api';

/** Root of an OpenAPI document. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** Builds the OpenAPI document. It depends on no state, so that the API needs no Redis. */
export async function buildOpenApiDocument(): Promise<OpenApiDocument> {
  const log = { info: ignore, warn: ignore, error: ignore };
  const metrics = { refusals: { inc: ignore } };
  const app = await createApi({ deps: { log, metrics, boardQueues: [] } as never, options: { keys: [] } });
  const document = app.swagger() as unknown as OpenApiDocument;
  await app.close();
  return document;
}

function ignore(): void {}
