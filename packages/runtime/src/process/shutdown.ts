import { type Log, POST_TIMEOUT_MS } from '@trainyard/application';
import closeWithGrace from 'close-with-grace';

/** The open resources of a process; they are closed in reverse order. */
export interface CloseStack {
  /** Adds an open resource with the function that closes it. @returns the resource */
  register<T>(name: string, resource: T, close: (resource: T) => Promise<unknown> | unknown): T;
  /**
   * Starts a resource and adds it. A `close` during the start waits for its end, because a half-started resource cannot be
   * closed. After `close` began, a start never runs and its promise never settles: the process is about to exit.
   */
  start<T>(
    name: string,
    start: () => Promise<T>,
    close: (resource: T) => Promise<unknown> | unknown,
  ): Promise<T>;
  /** Closes all resources in reverse order, also after a resource failed to close. Can be called more than once. */
  close(): Promise<void>;
}

/** Creates an empty stack. `close` throws an AggregateError with the error of each resource that failed to close. */
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
    if (errors.length > 0) throw new AggregateError(errors, 'Some resources could not be closed');
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

/** Opens several resources. When a step fails, the resources before it are closed and its error is thrown. */
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
 * The time after which a closing process is ended, ms: a submission in progress may use its whole timeout, and its result
 * is still saved. The `stop_grace_period` of Docker Compose is longer.
 */
export const SHUTDOWN_TIMEOUT_MS = POST_TIMEOUT_MS + 10_000;

/** The shutdown of a process that closes on signals. */
export interface ShutdownHandle {
  /** Closes and ends the process, as after a signal. */
  shutDown(): void;
  /** Restores the default behavior of signals, for a process that closed without a signal. */
  uninstall(): void;
}

/** Options of the shutdown. */
export interface ShutdownOptions {
  /** The exit code after a signal; 0 by default. */
  readonly signalExitCode?: number;
}

const HANDLED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm forwards the signal that the terminal also sends to the process: within this time, a second signal is ignored. */
const REPEATED_SIGNAL_MS = 1_000;

/**
 * Closes and ends the process after SIGINT, SIGTERM, SIGHUP or an uncaught error. A second signal, sent more than 1 s
 * after the first, ends it immediately with exit code 1.
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
