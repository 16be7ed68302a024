import { TunnelError, type TunnelProvider } from '@trainyard/application';

/** The part of ngrok's SDK that is used. */
export interface NgrokSdk {
  forward(options: {
    addr: string;
    authtoken: string;
  }): Promise<{ url(): string | null; close(): Promise<void> }>;
}

/** ngrok's account. */
export interface NgrokOptions {
  /** `NGROK_AUTHTOKEN`; without it nothing is started. */
  readonly authtoken?: string;
  /** ngrok's SDK is loaded when a tunnel is first wanted: it is native, and most never need it. */
  readonly load?: () => Promise<NgrokSdk>;
  /** How long starting may take, in real ms. */
  readonly startTimeoutMs?: number;
}

const START_TIMEOUT_MS = 20_000;

/** Tunnels by ngrok's SDK (SPEC §11): nothing needs to be on the PATH. */
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
        if (url === null) throw new Error('ngrok named no address');
        return { url, close: () => listener.close() };
      } catch (error) {
        // One that comes late is nobody's.
        void forwarding.then((listener) => listener.close()).catch(() => undefined);
        throw new TunnelError('tunnel_failed', toErrorText(error, authtoken), { cause: error });
      }
    },
  };
}

async function loadSdk(): Promise<NgrokSdk> {
  return import('@ngrok/ngrok');
}

/** ngrok's errors are sentences over several lines, and repeat the token. */
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
