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

const redisPart = createFindings('Redis');

/** Inspects a Redis by the rules of every process at start. */
export async function examineRedis(url: string, leniency?: RedisCheckOptions): Promise<readonly Finding[]> {
  try {
    return checkRedisConfig(await inspectRedis(url), leniency).map(({ status, text }) =>
      redisPart[status](text),
    );
  } catch (error) {
    return [redisPart.fault(`no answer: ${toErrorMessage(error)}`)];
  }
}

const storePart = createFindings('Object store');

/** Checks an object store with a temporary key. */
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
    await store.put(key, 'must not be written', { condition });
    return false;
  } catch (error) {
    if (error instanceof PreconditionFailedError) return true;
    throw error;
  }
}

/** Writes to a temporary key: servers that ignore write conditions would lose entries (I5). */
async function checkConditionalWrites(store: ObjectStore, key: string): Promise<readonly Finding[]> {
  const { etag } = await store.put(key, 'first', { condition: { ifAbsent: true } });
  const absentRefused = await isRefused(store, key, { ifAbsent: true });
  const second = await store.put(key, 'second', { condition: { ifMatch: etag } });
  const matchRefused = await isRefused(store, key, { ifMatch: etag });
  const body = Buffer.from((await store.get(key))?.body ?? []).toString();
  const findings = [
    absentRefused || storePart.fault('ignores If-None-Match: two writers could both create a document'),
    matchRefused || storePart.fault('ignores If-Match: concurrent writers could lose entries'),
    body === 'second' || storePart.fault('a read did not return the last write'),
    second.etag !== etag || storePart.fault('the ETag did not change with the content'),
  ].filter((finding) => finding !== true);
  return findings.length > 0 ? findings : [storePart.ok('reads, writes and conditional writes work')];
}

/** Checks that the catalogue exists at its key. */
export async function examineCatalogue(store: ObjectStore, key: string): Promise<Finding> {
  const part = createFindings('Catalogue');
  try {
    const head = await store.head(key);
    return head ? part.ok(`${key}, ${head.sizeBytes} bytes`) : part.warning(`${key} does not exist yet`);
  } catch (error) {
    return part.fault(toErrorMessage(error));
  }
}
