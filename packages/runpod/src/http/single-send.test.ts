import { Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { exchange } from './exchange.ts';

const before = getGlobalDispatcher();
afterEach(() => setGlobalDispatcher(before));

function fault(): Error {
  return Object.assign(new Error('bad record mac'), { code: 'ERR_SSL_BAD_RECORD_MAC' });
}

/** Every request meets a fault of TLS, before or after it was written. */
class FaultyTls extends Dispatcher {
  readonly #when: 'before' | 'after';
  readonly #error: Error;
  constructor(when: 'before' | 'after', error = fault()) {
    super();
    this.#when = when;
    this.#error = error;
  }
  override dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const controller = { abort: () => undefined } as unknown as Dispatcher.DispatchController;
    if (this.#when === 'after') handler.onRequestStart?.(controller, {});
    handler.onResponseError?.(controller, this.#error);
    return true;
  }
}

function post() {
  return exchange({ apiKey: 'k', timeoutMs: 1_000 }, { method: 'POST', url: 'https://here/run', body: '{}' });
}

it('a TLS fault in the handshake proves that the request was not sent', async () => {
  setGlobalDispatcher(new FaultyTls('before'));
  expect((await post()).kind).toBe('unreachable');
});

it('a fault without a code before the first byte proves that the request was not sent', async () => {
  setGlobalDispatcher(new FaultyTls('before', new TypeError('something new')));
  expect(await post()).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('TypeError') });
});

it('a TLS fault on an open connection is no proof', async () => {
  setGlobalDispatcher(new FaultyTls('after'));
  expect((await post()).kind).toBe('broken');
});
