import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { registerOpenApi } from './docs.ts';

it('describes a tuple of equal types by its type and length, which every tool reads', async () => {
  const app = Fastify().withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  await registerOpenApi(app as never, '1');
  const range = z.object({ range: z.tuple([z.number(), z.number()]).nullable() });
  app.get('/range', { schema: { response: { 200: range } } }, () => ({ range: null }));
  await app.ready();
  const text = JSON.stringify(app.swagger());
  expect(text).toContain('"minItems":2,"maxItems":2,"items":{"type":"number"}');
  expect(text).not.toContain('"items":[');
});
