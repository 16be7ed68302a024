import type { HealthResult, Provider } from '@trainyard/application';
import { WEBHOOK_PATH } from '@trainyard/runtime';
import { createFindings, type Finding, toErrorMessage } from './finding.ts';

const endpointPart = createFindings('Endpoint');
const urlPart = createFindings('Public URL');

/** Judges what an endpoint says of itself. Pure. */
export function evaluateHealth(answer: HealthResult): Finding {
  if (answer.kind === 'denied')
    return endpointPart.fault(
      answer.scope === 'account' ? `the key is refused: ${answer.message}` : `not found: ${answer.message}`,
    );
  if (answer.kind === 'unavailable') return endpointPart.fault(`no answer: ${answer.message}`);
  const { workers, jobs } = answer.health;
  const states = Object.entries(workers).map(([state, count]) => `${count} ${state}`);
  const text = `workers: ${states.join(', ') || 'none'}; jobs: ${jobs.inQueue} waiting, ${jobs.inProgress} running`;
  const degraded = (workers.throttled ?? 0) > 0 || (workers.unhealthy ?? 0) > 0;
  return degraded ? endpointPart.warning(text) : endpointPart.ok(text);
}

/** Asks the endpoint for its health. */
export async function examineEndpoint(provider: Provider, endpointId: string): Promise<Finding> {
  return evaluateHealth(await provider.health(endpointId));
}

/** Calls ourselves from outside with a token that is none: only we answer that with 401. */
export async function examinePublicUrl(url: string | undefined): Promise<Finding> {
  if (url === undefined) return urlPart.warning('none; runs are found to have ended by polling alone');
  try {
    const response = await fetch(`${url}${WEBHOOK_PATH}?training=doctor&attempt=1&token=none`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status === 401) return urlPart.ok('webhooks reach us');
    return urlPart.fault(`something else answers there, with ${response.status} where we would say 401`);
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return urlPart.fault(`cannot be reached: ${toErrorMessage(cause)}`);
  }
}
