import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore, { type RulesetDefinition } from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import type { OpenApiDocument } from './document.ts';

/** Broken rule of a linter. */
export interface LintFinding {
  readonly severity: string;
  readonly rule: string;
  readonly message: string;
  /** Place in the document as a JSON Pointer. */
  readonly path: string;
}

/** Checks a document by redocly's recommended rules. */
export async function lintByRedocly(document: OpenApiDocument): Promise<readonly LintFinding[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const source = JSON.stringify(document);
  const problems = await lintFromString({ source, config, absoluteRef: '/openapi.json' });
  return problems.map(({ severity, ruleId, message, location: [place] }) => ({
    ...{ severity, rule: ruleId, message, path: place?.pointer ?? '' },
  }));
}

const SEVERITIES = ['error', 'warn', 'info', 'hint'];

/** Checks a document by Spectral's recommended rules for OpenAPI. */
export async function lintBySpectral(document: OpenApiDocument): Promise<readonly LintFinding[]> {
  const spectral = new spectralCore.Spectral();
  spectral.setRuleset({ extends: [[spectralRulesets.oas as RulesetDefinition, 'recommended']] });
  const findings = await spectral.run(document);
  return findings.map(({ severity, code, message, path }) => ({
    severity: SEVERITIES[severity] ?? 'error',
    rule: String(code),
    message,
    path: `#/${path.join('/')}`,
  }));
}

/** Formats a finding on one line. */
export function formatFinding({ severity, rule, message, path }: LintFinding): string {
  return `${severity} ${rule} ${path}: ${message}`;
}
