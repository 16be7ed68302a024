import type { TunnelTarget } from '@trainyard/application';
import type { Api } from '../server/server.ts';

const LOOPBACK = '127.0.0.1';

/** Listener that a tunnel leads to. It serves only webhooks. */
export interface WebhookTarget {
  /** Returns host and port, and opens the listener when it is not open yet. Throws when it cannot listen. */
  target(): Promise<TunnelTarget>;
  /** Closes the listener if this target opened it. */
  close(): Promise<void>;
}

/** Creates the target of the tunnel: the webhook port if configured, else a loopback port that opens on first use. */
export function createWebhookTarget(
  webhookPort: number | undefined,
  openApi: () => Promise<Api>,
): WebhookTarget {
  let opened: Promise<{ readonly api: Api; readonly port: number }> | undefined;
  const listen = async () => {
    const api = await openApi();
    const { port } = new URL(await api.listen({ host: LOOPBACK, port: 0 }));
    return { api, port: Number(port) };
  };
  return {
    target: async () => {
      if (webhookPort) return { host: LOOPBACK, port: webhookPort };
      opened ??= listen().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return { host: LOOPBACK, port: (await opened).port };
    },
    close: async () => {
      const listening = await opened?.catch(() => undefined);
      await listening?.api.close();
    },
  };
}
