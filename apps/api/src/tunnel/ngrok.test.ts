import { describe, expect, it } from 'vitest';
import { createNgrokTunnels, type NgrokSdk } from './ngrok.ts';

const authtoken = '2abc_secret';
const target = { host: '127.0.0.1', port: 8788 };

function sdk(forward: NgrokSdk['forward']) {
  return { authtoken, load: async () => ({ forward }) };
}

describe('an ngrok tunnel', () => {
  it('leads to the webhook port and closes', async () => {
    const requests: unknown[] = [];
    const closed = Promise.withResolvers<void>();
    const tunnels = createNgrokTunnels(
      sdk(async (options) => {
        requests.push(options);
        return { url: () => 'https://abc123.ngrok.app', close: async () => closed.resolve() };
      }),
    );
    const tunnel = await tunnels.open(target);
    expect(requests).toEqual([{ addr: '127.0.0.1:8788', authtoken }]);
    expect(tunnel.url).toBe('https://abc123.ngrok.app');
    await tunnel.close();
    await closed.promise;
  });
  it('is refused without a token, which the error names', async () => {
    const tunnels = createNgrokTunnels({});
    expect(tunnels.missing).toBe('NGROK_AUTHTOKEN is not set');
    await expect(tunnels.open(target)).rejects.toMatchObject({ code: 'tunnel_not_configured' });
  });
  it('fails with the reason of ngrok and without the token', async () => {
    const refusing = sdk(() =>
      Promise.reject(new Error(`authentication failed: ${authtoken}\n\nERR_NGROK_107`)),
    );
    const refusal = await createNgrokTunnels(refusing)
      .open(target)
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'tunnel_failed',
      message: 'The tunnel cannot be started: authentication failed: [token] ERR_NGROK_107',
    });
  });
  it('fails after the start timeout and is closed when it starts later', async () => {
    const late = Promise.withResolvers<{ url(): string; close(): Promise<void> }>();
    const closed = Promise.withResolvers<void>();
    const tunnels = createNgrokTunnels({ ...sdk(() => late.promise), startTimeoutMs: 1 });
    await expect(tunnels.open(target)).rejects.toThrow('ngrok did not answer within');
    late.resolve({ url: () => 'https://late.ngrok.app', close: async () => closed.resolve() });
    await closed.promise;
  });
  it('uses a function that the SDK exports', async () => {
    expect((await import('@ngrok/ngrok')).forward).toBeTypeOf('function');
  });
});
