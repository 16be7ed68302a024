import { DecoratorHandler, type Dispatcher, getGlobalDispatcher } from 'undici';

/** Thrown when a request must not go out any more once its connection is there. Nothing of it was written. */
class SubmitWindowPassedError extends Error {
  readonly code = 'SUBMIT_WINDOW_PASSED';
  constructor() {
    super('The request was held up on its way and did not go out');
    this.name = 'HeldUpError';
  }
}

type Handler = Dispatcher.DispatchHandler;
interface Decoration {
  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void;
}
/** Its types leave out what it decorates. */
const Decorated = DecoratorHandler as unknown as new (handler: Handler) => Decoration;

/** Asked when the connection stands open, just before the first byte. */
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

/** The way of one request to the wire. */
export interface SingleSend {
  readonly dispatcher: Dispatcher;
  /** Whether it may have been written: from then on no fault proves that it was not. */
  wasSent(): boolean;
}

/**
 * For one request that goes out once, at once, or never. A process may be stopped for minutes while it connects; what it
 * then sends would reach a provider of whom nobody expects it any more, and what is sent again (as `fetch` does by itself
 * after a 421) may be paid twice (I2).
 */
export function createSingleSend(canSend: () => boolean): SingleSend {
  let sent = false;
  const canSendOnce = (): boolean => {
    if (sent || !canSend()) return false;
    sent = true;
    return true;
  };
  return {
    dispatcher: getGlobalDispatcher().compose(
      (dispatch) => (options, handler) => dispatch(options, new SendGuard(handler, canSendOnce)),
    ),
    wasSent: () => sent,
  };
}
