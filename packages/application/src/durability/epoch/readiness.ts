import { setTimeout as wait } from 'node:timers/promises';
import type { Deps } from '../../deps.ts';
import { StoreUnavailableError } from '../../errors.ts';
import { checkEpoch } from './epoch.ts';

type ReadinessDeps = Pick<Deps, 'store' | 'objects' | 'ids'>;

/** How long Redis may take to answer before it counts as away, in real ms: who asks waits for it. */
const PING_TIMEOUT_MS = 1_500;
const REDIS_UNAVAILABLE = 'Redis does not answer';

/** Why a process cannot do its work just now; nothing when it can. Answers soon, whatever is away. */
export async function checkReadiness(deps: ReadinessDeps): Promise<readonly string[]> {
  const reason = (await pingRedis(deps)) ?? (await checkRecovery(deps));
  return reason === undefined ? [] : [reason];
}

function pingRedis(deps: ReadinessDeps): Promise<string | undefined> {
  const gone = new AbortController();
  const late = wait(PING_TIMEOUT_MS, REDIS_UNAVAILABLE, { signal: gone.signal }).catch(() => undefined);
  const result = deps.store.ping().then(
    () => undefined,
    (error: unknown) =>
      (error instanceof StoreUnavailableError ? error.reason : undefined) ?? REDIS_UNAVAILABLE,
  );
  return Promise.race([result, late]).finally(() => gone.abort());
}

/** A record that the store does not know must be recovered first; a store that is away is told, not feared. */
async function checkRecovery(deps: ReadinessDeps): Promise<string | undefined> {
  const state = await checkEpoch(deps).catch(() => 'the object store does not answer');
  return state === 'current' ? undefined : state;
}
