import type { Deps } from '../deps.ts';
import { UnfitObjectStoreError } from '../errors.ts';
import type { ObjectStore } from '../ports/storage/object-store.ts';
import type { SharedStoreFault, StoreFault, StoreHealth } from '../ports/storage/store-health.ts';
import { examineObjectStore } from './examine.ts';
import type { StoreFinding } from './findings.ts';
import { monitorObjectStore } from './monitor.ts';

/** The check of the object store at the start of a process, and the store that waits for it. */
export interface StoreCheck {
  /** The store for all use cases: its conditional writes fail until the check has passed. */
  readonly objects: ObjectStore;
  readonly health: StoreHealth;
  /**
   * Examines the store. Throws UnfitObjectStoreError; an unavailable store is no fault: the examination is repeated every
   * 5 s until the store has passed.
   */
  start(): Promise<void>;
  /** Stops the repetition. */
  stop(): void;
}

/** Options of {@link createStoreCheck}. */
export interface StoreCheckOptions extends Pick<Deps, 'log'> {
  readonly objects: ObjectStore;
  /** The address for messages, without secrets. */
  readonly address: string;
  readonly shared: SharedStoreFault;
  readonly newId: () => string;
  /** The current time, epoch ms. */
  readonly now: () => number;
}

/** The interval of the examinations of an unavailable store, real ms. */
const RETRY_EVERY_MS = 5_000;
/** How often a lasting fault is shared again, real ms: three times within its lifetime. */
const SHARE_EVERY_MS = 20_000;

/** Creates the check; `start` runs it. */
export function createStoreCheck(options: StoreCheckOptions): StoreCheck {
  const { now, shared } = options;
  let waitsFor: StoreFault | undefined = { reason: 'the check has not run yet', since: now() };
  let timer: NodeJS.Timeout | undefined;
  const share = createSharing(shared);
  const monitor = monitorObjectStore(options.objects, {
    now,
    onFault: (fault) => share(waitsFor ?? fault),
    writesWaitFor: () => waitsFor?.reason,
  });
  const waitFor = (reason: string): void => {
    waitsFor = { reason, since: waitsFor?.since ?? now() };
    share(waitsFor);
    timer = setTimeout(repeat, RETRY_EVERY_MS);
  };
  const start = async (): Promise<void> => {
    const unavailable = await checkStore(options);
    if (unavailable !== undefined) return waitFor(unavailable);
    waitsFor = undefined;
    share(monitor.fault());
  };
  const repeat = (): void => {
    void start().catch((error: unknown) => {
      options.log.error('object_store_unfit', { error });
      waitFor(error instanceof Error ? error.message : String(error));
    });
  };
  const ownFault = (): StoreFault | undefined => waitsFor ?? monitor.fault();
  const health: StoreHealth = {
    hasPassed: () => waitsFor === undefined,
    ownFault,
    readFault: async () => ownFault() ?? (await shared.read()),
  };
  return { objects: monitor.objects, health, start, stop: () => clearTimeout(timer) };
}

/** Examines the store once and logs its warnings. Throws UnfitObjectStoreError. @returns why the store is unavailable */
async function checkStore(options: StoreCheckOptions): Promise<string | undefined> {
  const result = await examineObjectStore(options.objects, options);
  if (result.kind === 'unavailable') {
    options.log.warn('object_store_not_examined', { reason: result.reason });
    return result.reason;
  }
  const listTexts = (wanted: StoreFinding['status']) =>
    result.findings.flatMap(({ status, text }) => (status === wanted ? [text] : []));
  const faults = listTexts('fault');
  if (faults.length > 0) throw new UnfitObjectStoreError(options.address, faults);
  for (const reason of listTexts('warning')) options.log.warn('object_store_warning', { reason });
  return undefined;
}

/** Shares each new fault, a lasting fault every 20 s, and its end. Redis may be unavailable; then the next call shares it. */
function createSharing(shared: SharedStoreFault): (fault: StoreFault | undefined) => void {
  let sharedAt: number | undefined;
  return (fault) => {
    if (fault === undefined) {
      if (sharedAt === undefined) return;
      sharedAt = undefined;
      void shared.clear().catch(() => undefined);
    } else if (sharedAt === undefined || performance.now() - sharedAt >= SHARE_EVERY_MS) {
      sharedAt = performance.now();
      void shared.report(fault).catch(() => {
        sharedAt = undefined;
      });
    }
  };
}
