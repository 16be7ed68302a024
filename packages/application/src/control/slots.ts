import { ESTIMATE_SEED, estimate, type Training } from '@trainyard/domain';
import type { Deps } from '../deps.ts';
import type { DispatchControl } from '../ports/training-store.ts';

/** A slot in use. */
export interface SlotInUse {
  readonly training: Training;
  readonly since: number;
}

/** Who holds the bound and who is next (SPEC §5.1). */
export interface Slots {
  readonly control: DispatchControl;
  readonly inUse: readonly SlotInUse[];
  readonly waitingCount: number;
  /** The next in line with the moment at which a slot is expected for each. Epoch ms. */
  readonly next: readonly { readonly training: Training; readonly estimatedStart: number }[];
}

const LOOK_AHEAD = 20;

const durationMs = (deps: Pick<Deps, 'settings'>, training: Training): number =>
  estimate(training.request.hyperparameters.max_train_steps, deps.settings.estimate ?? ESTIMATE_SEED)
    .durationSeconds * 1000;

const byOrder = (a: Training, b: Training): number =>
  a.priority - b.priority || (a.status === 'queued' && b.status === 'queued' ? a.queuedAt - b.queuedAt : 0);

const present = (training: Training | undefined): training is Training => training !== undefined;

/** Reads the bound, the ledger and the head of the line. */
export const slots = async (deps: Pick<Deps, 'store' | 'settings' | 'clock'>): Promise<Slots> => {
  const [control, ledger, waitingCount, page] = await Promise.all([
    deps.store.control(),
    deps.store.ledger(),
    deps.store.count('queued'),
    deps.store.list({ status: ['queued'], limit: 1_000 }),
  ]);
  const loaded = await Promise.all(
    ledger.map(async (entry) => ({ entry, training: await deps.store.load(entry.trainingId) })),
  );
  const inUse = loaded.flatMap(({ entry, training }) =>
    present(training) ? [{ training, since: entry.since }] : [],
  );
  const now = deps.clock.now();
  const free = inUse.map(({ training, since }) => Math.max(now, since + durationMs(deps, training)));
  while (free.length < control.bound) free.push(now);
  const next = [...page.items]
    .sort(byOrder)
    .slice(0, LOOK_AHEAD)
    .map((training) => {
      free.sort((a, b) => a - b);
      const estimatedStart = Math.max(
        free.shift() ?? now,
        training.status === 'queued' ? (training.notBefore ?? 0) : 0,
      );
      free.push(estimatedStart + durationMs(deps, training));
      return { training, estimatedStart };
    });
  return { control, inUse, waitingCount, next };
};
