import { expect, it } from 'vitest';
import { buildOpenApiDocument } from './document.ts';
import { formatFinding, lintByRedocly } from './lint.ts';

it('the OpenAPI document breaks no recommended rule of redocly, neither as an error nor as a warning', async () => {
  const findings = await lintByRedocly(await buildOpenApiDocument());
  expect(findings.map(formatFinding)).toEqual([]);
});

it('a document without a license breaks a recommended rule of redocly', async () => {
  const document = await buildOpenApiDocument();
  const { license: _, ...info } = document['info'] as Readonly<Record<string, unknown>>;
  const findings = await lintByRedocly({ ...document, info });
  expect(findings.map(({ rule }) => rule)).toContain('info-license');
});
