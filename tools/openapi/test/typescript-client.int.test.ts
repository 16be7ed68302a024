import { expect, it, onTestFinished } from 'vitest';
import { startApiServer } from '../src/api-server.ts';
import { buildOpenApiDocument } from '../src/document.ts';
import { runTypescriptProgram } from '../src/typescript-client.ts';

it('types of openapi-typescript fit a program, and openapi-fetch calls the API by them', async () => {
  const server = await startApiServer();
  onTestFinished(server.close);
  expect(await runTypescriptProgram(await buildOpenApiDocument(), server)).toEqual({
    status: 'queued',
    version: 'V7',
    listed: 1,
    code: 'subject_busy',
  });
});
