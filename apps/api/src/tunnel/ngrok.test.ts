import { describe, expect, it } from 'vitest';
import { createNgrokTunnels, type NgrokSdk } from './ngrok.ts';

const authtoken = '2abc_secret';
const target = { host: '127.0.0.1', port: 8788 };

function sdk(forward: NgrokSdk['forward']) {
  return { authtoken, load: async () => ({ forward }) };
}

describe('a tunnel by ngrok', () => {
  it('leads to the port of webhooks, and closes', async () => {
    const asked: unknown[] = [];
    const closed = Promise.withResolvers<void>();
    const tunnels = createNgrokTunnels(
      sdk(async (options) => {
        asked.push(options);
        return { url: () => 'https://abc123.ngrok.app', close: async () => closed.resolve() };
      }),
    );
    const tunnel = await tunnels.open(target);
    expect(asked).toEqual([{ addr: '127.0.0.1:8788', authtoken }]);
    expect(tunnel.url).toBe('https://abc123.ngrok.app');
    await tunnel.close();
    await closed.promise;
  });
  it('says what is missing without a token', async () => {
    const tunnels = createNgrokTunnels({});
    expect(tunnels.missing).toBe('NGROK_AUTHTOKEN is not set');
    await expect(tunnels.open(target)).rejects.toMatchObject({ code: 'tunnel_not_configured' });
  });
  it('says why ngrok would not, without the token', async () => {
    const refusing = sdk(() =>
      Promise.reject(new Error(`authentication failed: ${authtoken}\n\nERR_NGROK_107`)),
    );
    const refusal = await createNgrokTunnels(refusing)
      .open(target)
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'tunnel_failed',
      message: 'No tunnel can be started: authentication failed: [token] ERR_NGROK_107',
    });
  });
  it('gives up one that does not come, and closes it when it comes late', async () => {
    const late = Promise.withResolvers<{ url(): string; close(): Promise<void> }>();
    const closed = Promise.withResolvers<void>();
    const tunnels = createNgrokTunnels({ ...sdk(() => late.promise), startTimeoutMs: 1 });
    await expect(tunnels.open(target)).rejects.toThrow('ngrok did not answer within');
    late.resolve({ url: () => 'https://late.ngrok.app', close: async () => closed.resolve() });
    await closed.promise;
  });
  it('is in the SDK as this adapter calls it', async () => {
    expect((await import('@ngrok/ngrok')).forward).toBeTypeOf('function');
  });
});
