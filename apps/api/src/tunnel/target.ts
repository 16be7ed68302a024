import type { TunnelTarget } from '@trainyard/application';
import type { Api } from '../server/server.ts';

const LOOPBACK = '127.0.0.1';

/** Where a tunnel leads: webhooks and nothing else (SPEC §5.3). */
export interface WebhookTarget {
  target(): Promise<TunnelTarget>;
  close(): Promise<void>;
}

/** The port of webhooks where there is one; otherwise one that is opened, for this machine alone, when first asked. */
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
