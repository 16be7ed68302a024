import { Agent, DecoratorHandler, type Dispatcher } from 'undici';

/** Thrown when a request must not go out any more once its connection is there. Nothing of it was written. */
class HeldUpError extends Error {
  readonly code = 'HELD_UP';
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

/** Asks when the connection stands open, in the same breath in which the request would be written. */
class LastLook extends Decorated {
  readonly #mayGoOut: () => boolean;
  constructor(handler: Handler, mayGoOut: () => boolean) {
    super(handler);
    this.#mayGoOut = mayGoOut;
  }
  override onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    if (this.#mayGoOut()) super.onRequestStart(controller, context);
    else controller.abort(new HeldUpError());
  }
}

const agent = new Agent();

/**
 * Connections for one request that goes out at once or never. A process may be stopped for minutes while it connects
 * (a machine that is suspended, or moved); what it then sends would reach a provider of whom nobody expects it any more (I2).
 */
export const withLastLook = (mayGoOut: () => boolean): Dispatcher =>
  agent.compose((dispatch) => (options, handler) => dispatch(options, new LastLook(handler, mayGoOut)));
