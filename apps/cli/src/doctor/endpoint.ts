import type { HealthResult, Provider } from '@trainyard/application';
import { WEBHOOK_PATH } from '@trainyard/runtime';
import { toErrorMessage } from '../terminal/exit.ts';
import { createFindings, type Finding } from './finding.ts';

const endpointPart = createFindings('Endpoint');
const urlPart = createFindings('Public URL');

/** Evaluates the health of an endpoint. Pure. */
export function evaluateHealth(answer: HealthResult): Finding {
  if (answer.kind === 'denied')
    return endpointPart.fault(
      answer.scope === 'account' ? `the key is refused: ${answer.message}` : `not found: ${answer.message}`,
    );
  if (answer.kind === 'unavailable') return endpointPart.fault(`no answer: ${answer.message}`);
  const { workers, jobs } = answer.health;
  const states = Object.entries(workers).map(([state, count]) => `${count} ${state}`);
  const text = `workers: ${states.join(', ') || 'none'}; jobs: ${jobs.inQueue} queued, ${jobs.inProgress} running`;
  const degraded = (workers.throttled ?? 0) > 0 || (workers.unhealthy ?? 0) > 0;
  return degraded ? endpointPart.warning(text) : endpointPart.ok(text);
}

/** Reads and evaluates the health of the endpoint. */
export async function examineEndpoint(provider: Provider, endpointId: string): Promise<Finding> {
  return evaluateHealth(await provider.health(endpointId));
}

/** Calls the public URL with an invalid webhook token; only Trainyard answers 401. */
export async function examinePublicUrl(url: string | undefined): Promise<Finding> {
  if (url === undefined) return urlPart.warning('not set; runs are polled');
  try {
    const response = await fetch(`${url}${WEBHOOK_PATH}?training=doctor&attempt=1&token=none`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status === 401) return urlPart.ok('webhooks reach this server');
    return urlPart.fault(`a different server answers there: ${response.status} instead of 401`);
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return urlPart.fault(`cannot be reached: ${toErrorMessage(cause)}`);
  }
}
