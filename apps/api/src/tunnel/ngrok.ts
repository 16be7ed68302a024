import { TunnelError, type TunnelProvider } from '@trainyard/application';

/** Used part of the `@ngrok/ngrok` SDK. */
export interface NgrokSdk {
  forward(options: {
    addr: string;
    authtoken: string;
  }): Promise<{ url(): string | null; close(): Promise<void> }>;
}

/** Options of the ngrok tunnels. */
export interface NgrokOptions {
  /** `NGROK_AUTHTOKEN`. Without it no tunnel can start. */
  readonly authtoken?: string;
  /** Loads the SDK, a native module, when the first tunnel starts. */
  readonly load?: () => Promise<NgrokSdk>;
  /** Maximum time to start a tunnel, in ms; 20 000 by default. */
  readonly startTimeoutMs?: number;
}

const START_TIMEOUT_MS = 20_000;

/**
 * Creates a tunnel provider on the ngrok SDK, which needs no ngrok binary. `open` throws TunnelError with the code
 * `tunnel_not_configured` without a token, and `tunnel_failed` when ngrok refuses or does not answer in time.
 */
export function createNgrokTunnels(options: NgrokOptions): TunnelProvider {
  const { authtoken, load = loadSdk, startTimeoutMs = START_TIMEOUT_MS } = options;
  if (authtoken === undefined)
    return {
      missing: 'NGROK_AUTHTOKEN is not set',
      open: () => Promise.reject(new TunnelError('tunnel_not_configured', 'NGROK_AUTHTOKEN is not set')),
    };
  return {
    open: async ({ host, port }) => {
      const forwarding = load().then((sdk) => sdk.forward({ addr: `${host}:${port}`, authtoken }));
      try {
        const listener = await withTimeout(startTimeoutMs, forwarding);
        const url = listener.url();
        if (url === null) throw new Error('ngrok returned no URL');
        return { url, close: () => listener.close() };
      } catch (error) {
        // A tunnel that starts after the timeout is closed.
        void forwarding.then((listener) => listener.close()).catch(() => undefined);
        throw new TunnelError('tunnel_failed', toErrorText(error, authtoken), { cause: error });
      }
    },
  };
}

async function loadSdk(): Promise<NgrokSdk> {
  return import('@ngrok/ngrok');
}

/** Formats an error of ngrok in one line and removes the token, which ngrok's messages repeat. */
function toErrorText(error: unknown, authtoken: string): string {
  return (error instanceof Error ? error.message : String(error))
    .replaceAll(authtoken, '[token]')
    .replace(/\s+/g, ' ');
}

async function withTimeout<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`ngrok did not answer within ${ms / 1_000} s`)), ms);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
