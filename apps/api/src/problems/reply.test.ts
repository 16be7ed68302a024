import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { registerErrorHandler } from './reply.ts';

it('answers an unknown path with 404, and another method of a known path with 405 and its methods', async () => {
  const app = Fastify();
  registerErrorHandler(app);
  app.get('/things/:id', () => 'a');
  app.patch('/things/:id', () => 'a');
  app.post('/things/preview', () => 'a');
  const send = async (method: string, url: string) => {
    const { statusCode, headers } = await app.inject({ method: method as 'GET', url });
    return [statusCode, headers['allow']];
  };
  expect(await send('GET', '/nothing')).toEqual([404, undefined]);
  expect(await send('DELETE', '/things/7')).toEqual([405, 'GET, HEAD, PATCH']);
  expect(await send('DELETE', '/things/preview')).toEqual([405, 'POST']);
  expect(await send('QUERY', '/things/7')).toEqual([405, 'GET, HEAD, PATCH']);
});

it('answers a parameter that is too long with 400, also beside a route for every path', async () => {
  const app = Fastify();
  registerErrorHandler(app);
  app.get('/things/:id/parts', () => 'a');
  app.get('/*', (_request, reply) => reply.callNotFound());
  const { statusCode } = await app.inject({ url: `/things/${'x'.repeat(2_000)}/parts` });
  expect(statusCode).toBe(400);
});
