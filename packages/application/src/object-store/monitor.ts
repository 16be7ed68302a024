import { ObjectStoreError, PreconditionFailedError } from '../errors.ts';
import { PROBE_KEY, probeStore } from '../gate/store-probe.ts';
import type { ObjectStore } from '../ports/storage/object-store.ts';
import type { StoreFault } from '../ports/storage/store-health.ts';

/** An object store whose calls are observed. */
export interface MonitoredStore {
  readonly objects: ObjectStore;
  /** The fault that the calls met last; undefined once a call of the same kind succeeded. */
  fault(): StoreFault | undefined;
}

/** Options of the monitor. */
export interface MonitorOptions {
  /** The current time, epoch ms. */
  readonly now: () => number;
  /** Called at every failure of the store with its fault, and once when the last fault has ended. */
  readonly onFault: (fault: StoreFault | undefined) => void;
  /** The reason why conditional writes are refused at present; undefined when they are allowed. */
  readonly writesWaitFor: () => string | undefined;
}

type CallKind = 'read' | 'write';

/**
 * Observes the calls to an object store. A fault of the store ends with the next success of the same kind of call. A
 * missing permission may concern a single document, so a probe confirms it first.
 */
export function monitorObjectStore(objects: ObjectStore, options: MonitorOptions): MonitoredStore {
  const faults = new Map<CallKind, StoreFault>();
  let probing: Promise<unknown> | undefined;
  const fault = (): StoreFault | undefined => faults.get('write') ?? faults.get('read');
  const recordError = (kind: CallKind, error: unknown): void => {
    if (!isStoreFault(error)) return;
    if (error.refusal === 'permission' && error.key !== PROBE_KEY) {
      probing ??= probeStore({ objects: monitored }).finally(() => {
        probing = undefined;
      });
      probing.catch(() => undefined);
      return;
    }
    faults.set(kind, { reason: error.message, since: faults.get(kind)?.since ?? options.now() });
    options.onFault(fault());
  };
  const observe = async <T>(kind: CallKind, call: () => Promise<T>): Promise<T> => {
    try {
      const result = await call();
      if (faults.delete(kind) && faults.size === 0) options.onFault(undefined);
      return result;
    } catch (error) {
      recordError(kind, error);
      throw error;
    }
  };
  const monitored: ObjectStore = {
    ...objects,
    get: (key) => observe('read', () => objects.get(key)),
    head: (key) => observe('read', () => objects.head(key)),
    put: (key, body, putOptions = {}) => {
      const reason = putOptions.condition && options.writesWaitFor();
      if (reason !== undefined) return Promise.reject(toWaitingError(key, reason));
      return observe('write', () => objects.put(key, body, putOptions));
    },
  };
  return { objects: monitored, fault };
}

function toWaitingError(key: string, reason: string): ObjectStoreError {
  return new ObjectStoreError(key, `writes wait until the object store has passed its check: ${reason}`, {
    retryable: true,
  });
}

/** Whether the error concerns the store rather than the object of the call. */
function isStoreFault(error: unknown): error is ObjectStoreError {
  if (!(error instanceof ObjectStoreError) || error instanceof PreconditionFailedError) return false;
  return error.retryable || error.refusal !== undefined;
}
