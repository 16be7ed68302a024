import { expect, it } from 'vitest';
import { simplifyDocument } from './simplify.ts';

const PROBLEM = { type: 'object', properties: { title: { type: 'string' }, code: { type: 'string' } } };

function createDocument(schema: object, errors: object, components = {}) {
  const responses = { 200: { content: { 'application/json': { schema } } }, ...errors };
  return { paths: { '/api/x': { get: { operationId: 'getX', responses } } }, components };
}

function toError(schema: object) {
  return { content: { 'application/problem+json': { schema } } };
}

it('a document with named schemas and listed statuses is the same as one with inline schemas and classes of statuses', () => {
  const inline = createDocument({ type: 'string' }, { '4XX': toError(PROBLEM), '5XX': toError(PROBLEM) });
  const own = {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: ['a'] } } }],
  };
  const named = createDocument(
    { $ref: '#/components/schemas/X' },
    { 404: toError(own), 500: toError(own) },
    { schemas: { X: { type: 'string' }, Problem: PROBLEM } },
  );
  expect(simplifyDocument(named)).toEqual(simplifyDocument(inline));
});

it('a document whose response has a different schema is different', () => {
  const documents = ['string', 'number'].map((type) => simplifyDocument(createDocument({ type }, {})));
  expect(documents[0]).not.toEqual(documents[1]);
});
