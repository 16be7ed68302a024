import { describe, expect, it } from 'vitest';
import { findOpenApiDifferences } from './differences.ts';

function createDocument(schema: object, operation: object = {}) {
  return {
    info: { title: 'Trainyard' },
    paths: {
      '/api/x': {
        get: { ...operation, responses: { 200: { content: { 'application/json': { schema } } } } },
      },
    },
  };
}

const SCHEMA = '/paths//api/x/get/responses/200/content/application/json/schema';

describe('the differences of two OpenAPI documents', () => {
  it('leave out summaries, descriptions, tags and the order of sets', () => {
    const before = createDocument(
      { description: 'old', required: ['a', 'b'] },
      { summary: 'Old', tags: ['a'] },
    );
    const after = createDocument(
      { description: 'new', required: ['b', 'a'] },
      { summary: 'New', tags: ['b'] },
    );
    expect(findOpenApiDifferences(before, after)).toEqual([]);
  });

  it('include a property, even when it is called description', () => {
    const before = createDocument({ properties: { description: { type: 'string' } } });
    const after = createDocument({ properties: {} });
    expect(findOpenApiDifferences(before, after)).toEqual([
      { path: `${SCHEMA}/properties/description`, kind: 'removed', before: { type: 'string' } },
    ]);
  });

  it('leave out renamed properties, parameters and values of enumerations', () => {
    const before = createDocument(
      { properties: { bound: { enum: ['bound', 'x'] } }, required: ['bound'] },
      { parameters: [{ in: 'query', name: 'bound' }] },
    );
    const after = createDocument(
      { properties: { limit: { enum: ['x', 'limit'] } }, required: ['limit'] },
      { parameters: [{ in: 'query', name: 'limit' }] },
    );
    expect(findOpenApiDifferences(before, after, [{ before: 'bound', after: 'limit' }])).toEqual([]);
    const elsewhere = { before: 'bound', after: 'limit', at: /other/ };
    expect(findOpenApiDifferences(before, after, [elsewhere])).toEqual(findOpenApiDifferences(before, after));
    expect(findOpenApiDifferences(before, after).map(({ kind }) => kind)).toContain('removed');
  });

  it('name the place, the value before and the value after', () => {
    const before = createDocument({ type: 'string', maxLength: 5 });
    const after = createDocument({ type: 'string', maxLength: 6 });
    expect(findOpenApiDifferences(before, after)).toEqual([
      { path: `${SCHEMA}/maxLength`, kind: 'changed', before: 5, after: 6 },
    ]);
  });
});
