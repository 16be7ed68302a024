import { DecoratorHandler, type Dispatcher, getGlobalDispatcher } from 'undici';

/** Thrown when the submit window has passed once the connection is open. No byte of the request was written. */
class SubmitWindowPassedError extends Error {
  readonly code = 'SUBMIT_WINDOW_PASSED';
  constructor() {
    super('The submit window passed before the request was sent');
    this.name = 'SubmitWindowPassedError';
  }
}

type Handler = Dispatcher.DispatchHandler;
interface Decoration {
  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void;
}
/** The types of undici's decorator lack the decorated methods. */
const Decorated = DecoratorHandler as unknown as new (handler: Handler) => Decoration;

/** Checks `canSend` on the open connection, just before the first byte. */
class SendGuard extends Decorated {
  readonly #canSend: () => boolean;
  constructor(handler: Handler, canSend: () => boolean) {
    super(handler);
    this.#canSend = canSend;
  }
  override onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    if (this.#canSend()) super.onRequestStart(controller, context);
    else controller.abort(new SubmitWindowPassedError());
  }
}

/** The dispatcher of a single request. */
export interface SingleSend {
  readonly dispatcher: Dispatcher;
  /** Whether `fetch` accepted the request: it refuses one with an invalid header, URL or port without a connection. */
  wasAccepted(): boolean;
  /**
   * Ends the permission to send. @returns true when no byte of the request was written, now or later (I2); false when
   * it may have been written, after which no fault proves the contrary
   */
  revoke(): boolean;
}

/**
 * Creates the dispatcher of a request that is sent at most once. `canSend` is checked on the open connection, because a
 * process that is paused while it connects would otherwise send a submission that the reconciler already counts as
 * unconfirmed. A repeated request (`fetch` repeats after a 421) is aborted, because it may be paid twice (I2). undici
 * writes a request only after `onRequestStart` of its handler returned, so a fault before that call proves that nothing
 * was sent.
 */
export function createSingleSend(canSend: () => boolean): SingleSend {
  let sent = false;
  let accepted = false;
  const canSendOnce = (): boolean => {
    if (sent || !canSend()) return false;
    sent = true;
    return true;
  };
  return {
    dispatcher: getGlobalDispatcher().compose((dispatch) => (options, handler) => {
      accepted = true;
      return dispatch(options, new SendGuard(handler, canSendOnce));
    }),
    wasAccepted: () => accepted,
    revoke: () => {
      const unsent = !sent;
      sent = true;
      return unsent;
    },
  };
}
