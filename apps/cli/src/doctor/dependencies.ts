import { randomUUID } from 'node:crypto';
import {
  type HealthResult,
  type ObjectStore,
  PreconditionFailedError,
  type Provider,
  type WriteCondition,
} from '@trainyard/application';
import { checkRedisConfig, inspectRedis, type RedisCheckOptions } from '@trainyard/redis';
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

const redisPart = createFindings('Redis');

/** Asks the Redis at this address, and judges it as every process does when it starts. */
export async function examineRedis(url: string, leniency?: RedisCheckOptions): Promise<readonly Finding[]> {
  try {
    return checkRedisConfig(await inspectRedis(url), leniency).map(({ status, text }) =>
      redisPart[status](text),
    );
  } catch (error) {
    return [redisPart.fault(`does not answer: ${toErrorMessage(error)}`)];
  }
}

const storePart = createFindings('Object store');

/** Tries a store with a scratch key that is deleted again. */
export async function examineStore(store: ObjectStore): Promise<readonly Finding[]> {
  const key = `trainyard-doctor/${randomUUID()}`;
  try {
    return await checkConditionalWrites(store, key);
  } catch (error) {
    return [storePart.fault(toErrorMessage(error))];
  } finally {
    await store.delete(key).catch(() => undefined);
  }
}

async function isRefused(store: ObjectStore, key: string, condition: WriteCondition): Promise<boolean> {
  try {
    await store.put(key, 'this must not be written', { condition });
    return false;
  } catch (error) {
    if (error instanceof PreconditionFailedError) return true;
    throw error;
  }
}

/** Really writes to a scratch key: some servers take conditions and ignore them, and then lose entries (I5). */
async function checkConditionalWrites(store: ObjectStore, key: string): Promise<readonly Finding[]> {
  const { etag } = await store.put(key, 'first', { condition: { ifAbsent: true } });
  const absentRefused = await isRefused(store, key, { ifAbsent: true });
  const second = await store.put(key, 'second', { condition: { ifMatch: etag } });
  const matchRefused = await isRefused(store, key, { ifMatch: etag });
  const body = Buffer.from((await store.get(key))?.body ?? []).toString();
  const findings = [
    absentRefused || storePart.fault('ignores If-None-Match: two writers would both create a document'),
    matchRefused || storePart.fault('ignores If-Match: concurrent writers would lose entries'),
    body === 'second' || storePart.fault('a read did not give what was written last'),
    second.etag !== etag || storePart.fault('the ETag did not change with the content'),
  ].filter((finding) => finding !== true);
  return findings.length > 0 ? findings : [storePart.ok('reads, writes, and keeps conditions')];
}

/** Looks whether the catalogue is where the settings say. */
export async function examineCatalogue(store: ObjectStore, key: string): Promise<Finding> {
  const part = createFindings('Catalogue');
  try {
    const head = await store.head(key);
    return head ? part.ok(`${key}, ${head.sizeBytes} bytes`) : part.warning(`there is no ${key} yet`);
  } catch (error) {
    return part.fault(toErrorMessage(error));
  }
}
