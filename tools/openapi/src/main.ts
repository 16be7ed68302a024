// Checks the OpenAPI document by Spectral's recommended rules and by a client of openapi-python-client, which calls a real API.
// redocly and openapi-typescript check it in `npm test`. Exits with 1 on a broken rule or a client that does not work.
// Usage: npm run check:openapi
import { isDeepStrictEqual } from 'node:util';
import { startApiServer } from './api-server.ts';
import { buildOpenApiDocument, type OpenApiDocument } from './document.ts';
import { formatFinding, lintBySpectral } from './lint.ts';
import { runPythonProgram } from './python-client.ts';

/** Spectral knows scopes of OAuth only; OpenAPI 3.1 allows them for every way to authenticate. */
const ALLOWED_RULES = new Set(['oas3-operation-security-defined']);
/** The generator knows no images as a body. Programs send them to the link of `createStyleUpload`. */
const ALLOWED_WARNING =
  /^WARNING parsing (PUT \/api\/files |GET \/api\/\w+\/\{id\}\/(poster|(images|pictures)\/\{name\}) )/;
const EXPECTED = { status: 'queued', version: 'V7', listed: 1, code: 'subject_busy' };

const document = await buildOpenApiDocument();
const faults = [...(await checkRules(document)), ...(await checkPythonClient(document))];
process.stdout.write([...faults, `${faults.length} faults in the OpenAPI document.`, ''].join('\n'));
process.exitCode = faults.length === 0 ? 0 : 1;

async function checkRules(checked: OpenApiDocument): Promise<readonly string[]> {
  const findings = await lintBySpectral(checked);
  const broken = findings.filter(({ severity, rule }) => severity === 'error' || !ALLOWED_RULES.has(rule));
  return broken.map(formatFinding);
}

async function checkPythonClient(checked: OpenApiDocument): Promise<readonly string[]> {
  const server = await startApiServer();
  try {
    const { warnings, output } = await runPythonProgram(checked, server);
    const unexpected = warnings.filter((each) => !ALLOWED_WARNING.test(each));
    return isDeepStrictEqual(output, EXPECTED)
      ? unexpected
      : [...unexpected, `Python printed ${JSON.stringify(output)}`];
  } finally {
    await server.close();
  }
}
