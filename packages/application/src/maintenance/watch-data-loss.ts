import type { Deps } from '../deps.ts';
import { checkEpoch } from '../durability/epoch/epoch.ts';
import type { PublishDeps } from '../notifications/publish.ts';
import { recordReading } from './alarms.ts';

type WatchDeps = PublishDeps & Pick<Deps, 'store' | 'objects' | 'ids' | 'clock'>;

/**
 * Compares the record once with what the store remembers of it; another one raises the alarm at once, since nothing
 * goes on until a person recovers it (SPEC §7). Throws ObjectStoreError while that cannot be told.
 */
export async function watchDataLoss(deps: WatchDeps): Promise<void> {
  const isFenced = (await checkEpoch(deps)) === 'recover_required';
  await recordReading(deps, 'recover_required', isFenced ? { command: 'trainyard recover' } : undefined);
}
