import { startStudio } from '@trainyard/testing/studio';
import { describe, expect, it } from 'vitest';

const studio = startStudio({ keys: true });

describe('the studio of a test file', () => {
  it('serves the API to a browser that is logged in, and refuses a browser without a key', async () => {
    const { page } = await studio.open('/api/actors?limit=1', { scope: 'read' });
    expect(await page.textContent('body')).toContain('0001');
    const { page: unknown } = await studio.open('/api/actors?limit=1');
    expect(await unknown.textContent('body')).toContain('unauthorized');
  });

  it('cuts streams alone, refuses them, and takes the whole browser offline', async () => {
    const { page, connection, setOffline } = await studio.open('/docs/', { scope: 'read' });
    const openStream = () =>
      page.evaluate(
        () =>
          new Promise<string>((resolve) => {
            const { EventSource: Source } = globalThis as unknown as {
              EventSource: new (url: string) => EventTarget;
            };
            const source = new Source('/api/stream');
            source.addEventListener('ready', () => resolve('ready'));
            source.addEventListener('error', () => resolve('error'));
          }),
      );
    expect(await openStream()).toBe('ready');
    connection.refuseStreams();
    expect(await openStream()).toBe('error');
    const isReachable = () =>
      page.evaluate(() =>
        fetch('/livez').then(
          ({ ok }) => ok,
          () => false,
        ),
      );
    expect(await isReachable()).toBe(true);
    await setOffline(true);
    expect(await isReachable()).toBe(false);
    await setOffline(false);
    expect(await isReachable()).toBe(true);
    expect(await openStream()).toBe('ready');
  });

  it('reports the findings of axe and the layout shift of a page', async () => {
    const { page, findAxeViolations, readShift } = await studio.open('/docs/', { scope: 'read' });
    await page.locator('.opblock-summary').first().waitFor();
    expect((await findAxeViolations()).join()).not.toContain('html-has-lang');
    await page.evaluate('document.body.style.paddingTop = "300px"; document.documentElement.lang = ""');
    await page.locator('.opblock-summary').first().waitFor();
    expect((await findAxeViolations()).join()).toContain('html-has-lang');
    await expect.poll(async () => (await readShift()).value).toBeGreaterThan(0);
  });

  it('follows a training to its end and closes with everything that it started', async () => {
    const { status, body } = await studio.call('POST', '/api/trainings', {
      kind: 'actor',
      subject_id: '0019',
    });
    expect(status).toBe(202);
    await expect
      .poll(async () => (await studio.call('GET', `/api/trainings/${body.id}`)).body.status)
      .toBe('completed');
  });
});
