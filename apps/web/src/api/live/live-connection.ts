import { calculateRetryMs } from './backoff.ts';
import type { LinkState } from './link-state.ts';

/** A hidden window closes its stream after this time. */
const HIDDEN_MS = 30_000;
/** Without a stream for this time, a visible window polls. */
const POLL_AFTER_MS = 15_000;
/** Interval of the polls. */
const POLL_EVERY_MS = 10_000;

/** A stream of server-sent events; `closed` while the browser does not open it again by itself. */
export interface LiveSource {
  close(): void;
}

/** What a source reports. */
export interface SourceListener {
  readonly onReady: (resumed: boolean) => void;
  readonly onError: (closed: boolean) => void;
}

/** The window and the timers around a connection. */
export interface ConnectionEnvironment {
  openSource(listener: SourceListener): LiveSource;
  isVisible(): boolean;
  isOnline(): boolean;
  random(): number;
  setLinkState(kind: LinkState['kind']): void;
  /** Loads again what the window shows: everything, or what was loaded before the first stream was ready. */
  refetch(which: 'all' | 'loaded'): void;
  /** A stream was refused: the session may have ended. */
  onRefused(): void;
}

/** The stream of a window. */
export interface LiveConnection {
  /** The window was shown or hidden. */
  visibilityChanged(): void;
  /** The network was lost or has returned. */
  onlineChanged(): void;
  close(): void;
}

/**
 * Keeps one stream open while the window is visible. A hidden window closes it after 30 s; shown again, it opens a new one and
 * loads its data again, because a new stream cannot resume. A refused stream is opened again without limit; meanwhile a
 * visible window polls.
 */
export function openConnection(environment: ConnectionEnvironment): LiveConnection {
  const polls = createPolls(environment);
  const stream = createStream(environment, polls);
  let hideTimer: ReturnType<typeof setTimeout> | undefined;
  const suspend = (): void => {
    stream.close();
    polls.stop();
  };
  stream.open();
  return {
    visibilityChanged: () => {
      clearTimeout(hideTimer);
      if (!environment.isVisible()) hideTimer = setTimeout(suspend, HIDDEN_MS);
      else if (environment.isOnline()) stream.open();
    },
    onlineChanged: () => {
      suspend();
      environment.setLinkState(environment.isOnline() ? 'reconnecting' : 'offline');
      if (environment.isOnline() && environment.isVisible()) stream.open();
    },
    close: () => {
      suspend();
      clearTimeout(hideTimer);
    },
  };
}

/** Polls of a visible window while its stream is missing. */
interface Polls {
  /** Begins to poll in 15 s, unless it is stopped before. */
  start(): void;
  stop(): void;
}

function createPolls(environment: ConnectionEnvironment): Polls {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const poll = (): void => {
    environment.setLinkState('polling');
    environment.refetch('all');
    timer = setTimeout(poll, POLL_EVERY_MS);
  };
  return {
    start: () => {
      if (timer === undefined && environment.isVisible() && environment.isOnline())
        timer = setTimeout(poll, POLL_AFTER_MS);
    },
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** The stream, which is opened again after each refusal. */
interface Stream {
  /** Opens the stream at once, unless it is open. */
  open(): void;
  close(): void;
}

function createStream(environment: ConnectionEnvironment, polls: Polls): Stream {
  let source: LiveSource | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let wasReady = false;
  const close = (): void => {
    clearTimeout(retryTimer);
    source?.close();
    source = undefined;
  };
  const onReady = (resumed: boolean): void => {
    polls.stop();
    failures = 0;
    environment.setLinkState('live');
    // Changes between the data and the stream were not streamed; only a resumed stream has no gap.
    if (!resumed) environment.refetch(wasReady ? 'all' : 'loaded');
    wasReady = true;
  };
  const onError = (closed: boolean): void => {
    environment.setLinkState(environment.isOnline() ? 'reconnecting' : 'offline');
    polls.start();
    if (!closed) return;
    close();
    environment.onRefused();
    retryTimer = setTimeout(reopen, calculateRetryMs(failures, environment.random()));
    failures += 1;
  };
  function reopen(): void {
    close();
    source = environment.openSource({ onReady, onError });
    polls.start();
  }
  return { open: () => source ?? reopen(), close };
}
