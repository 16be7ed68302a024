import { type Log, POST_TIMEOUT_MS } from '@trainyard/application';
import closeWithGrace from 'close-with-grace';

/** What is open, to be closed last first. */
export interface CloseStack {
  /** Says how something that was just opened is closed; hands it back. */
  register<T>(name: string, resource: T, close: (resource: T) => Promise<unknown> | unknown): T;
  /**
   * Starts something and says how it is closed. Who closes meanwhile waits until it is there: half a start cannot be
   * closed. What would be started after shutdown_started has begun never is: the process is about to end.
   */
  start<T>(
    name: string,
    start: () => Promise<T>,
    close: (resource: T) => Promise<unknown> | unknown,
  ): Promise<T>;
  /** Closes all that is open, last first; one that fails does not keep the others open. Closing twice is no fault. */
  close(): Promise<void>;
}

/** Keeps what a process opened. `close` throws an AggregateError when something could not be closed. */
export function createCloseStack(log: Log): CloseStack {
  const open: { readonly name: string; readonly close: () => Promise<unknown> | unknown }[] = [];
  let closePromise: Promise<void> | undefined;
  let isClosing = false;
  const closeAll = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (let each = open.pop(); each; each = open.pop()) {
      try {
        await each.close();
      } catch (error) {
        errors.push(error);
        log.error('close_failed', { part: each.name, error });
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Something could not be closed');
  };
  return {
    register: (name, resource, close) => {
      open.push({ name, close: () => close(resource) });
      return resource;
    },
    start: (name, start, close) => {
      if (isClosing) return new Promise(() => undefined);
      const starting = start();
      const started = starting.then(
        (resource) => [resource],
        () => [],
      );
      open.push({ name, close: async () => Promise.all((await started).map(close)) });
      return starting;
    },
    close: () => {
      isClosing = true;
      closePromise ??= closeAll().finally(() => {
        closePromise = undefined;
      });
      return closePromise;
    },
  };
}

/** Opens several things; when one of them cannot be opened, those that were are closed before the error goes on. */
export async function openAll<T>(
  log: Log,
  open: (closeStack: CloseStack) => Promise<T>,
): Promise<T & Pick<CloseStack, 'close'>> {
  const closeStack = createCloseStack(log);
  try {
    return { ...(await open(closeStack)), close: closeStack.close };
  } catch (error) {
    await closeStack.close().catch(() => undefined);
    throw error;
  }
}

/**
 * How long a process may take to close before it is ended, in ms: a call to the provider that is under way may take
 * its whole time, and its answer is still saved. Compose waits a little longer (`stop_grace_period`).
 */
export const SHUTDOWN_TIMEOUT_MS = POST_TIMEOUT_MS + 10_000;

/** How a process that closes on signals ends otherwise. */
export interface ShutdownHandle {
  /** Closes and ends the process, as a signal would. */
  shutDown(): void;
  /** Signals do what they do by default again; for a process that closed by itself. */
  uninstall(): void;
}

export interface ShutdownOptions {
  /** What the process ends with after a signal; 0 unless told. */
  readonly signalExitCode?: number;
}

const HANDLED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm hands on what the terminal has sent to all: for so long another signal is the same wish. */
const REPEATED_SIGNAL_MS = 1_000;

/**
 * Closes when the process is asked to end (SIGINT, SIGTERM, SIGHUP) or fails, then ends it. Who asks again after a
 * second has it end at once.
 */
export function closeOnSignals(
  close: () => Promise<void>,
  log: Log,
  options: ShutdownOptions = {},
): ShutdownHandle {
  const { signalExitCode = 0 } = options;
  let firstSignal: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const grace = closeWithGrace(
    { delay: SHUTDOWN_TIMEOUT_MS, skip: [...HANDLED_SIGNALS] },
    async ({ err }) => {
      if (err) log.error('process_failed', { error: err });
      else log.info('shutdown_started', { signal: firstSignal?.signal });
      await close();
      if (firstSignal && signalExitCode !== 0) process.exit(signalExitCode);
    },
  );
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstSignal === undefined) {
      firstSignal = { signal, at: performance.now() };
      void grace.close();
    } else if (performance.now() - firstSignal.at > REPEATED_SIGNAL_MS) process.exit(1);
  };
  for (const signal of HANDLED_SIGNALS) process.on(signal, onSignal);
  const uninstall = (): void => {
    grace.uninstall();
    for (const signal of HANDLED_SIGNALS) process.off(signal, onSignal);
  };
  return { shutDown: () => void grace.close(), uninstall };
}
