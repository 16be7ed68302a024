import { startStudio } from '@trainyard/testing/studio';
import { describe, expect, it } from 'vitest';

const studio = startStudio({ workers: [] });

describe('the frame of the studio', () => {
  it('names an unknown path and searches the actors from there', async () => {
    const { page, origin } = await studio.open('/nowhere/at/all');
    await page.getByRole('heading', { name: 'No page has the address /nowhere/at/all' }).waitFor();
    expect(await page.title()).toBe('Not found · Trainyard');
    await page.keyboard.press('/');
    await page.keyboard.type('19');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/actors?q=19`);
  });

  it('names the loss of the network at once and the return of live data', async () => {
    const opened = await studio.open('/settings');
    const { page } = opened;
    const status = page.getByRole('region', { name: 'Status' });
    await status.getByText('Live').waitFor();
    await opened.setOffline(true);
    await page.getByRole('region', { name: 'Notice' }).getByText('This browser is offline').waitFor();
    await status.getByText(/^Offline, data from/).waitFor();
    await page.getByRole('heading', { name: 'Budgets' }).waitFor();
    await opened.setOffline(false);
    await status.getByText('Live').waitFor();
    await page.getByRole('region', { name: 'Notice' }).waitFor({ state: 'detached' });
  });

  it('shows slots, budget and callback in its status block, at the head of the overview on a phone', async () => {
    const { page } = await studio.open('/', { viewport: { width: 390, height: 844 } });
    const status = page.getByRole('region', { name: 'Status' });
    await status.getByText('0 of 2 slots, 0 queued').waitFor();
    await status.getByText(/ \$0\.00 of \$150$/).waitFor();
    await status.getByText('Callback: polling').waitFor();
    const bar = await page.getByRole('navigation', { name: 'Pages' }).boundingBox();
    expect(bar && bar.y + bar.height).toBe(844);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Callback', exact: true }).waitFor();
    expect(await status.isVisible()).toBe(false);
  });

  it('leads to the page by its first link, and marks the present page', async () => {
    const { page } = await studio.open('/settings');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('page');
    const current = page.getByRole('navigation', { name: 'Pages' }).locator('[aria-current="page"]');
    expect(await current.allTextContents()).toEqual(['Settings']);
  });

  it('moves nothing while it loads', async () => {
    const opened = await studio.open('/settings');
    await opened.page.getByRole('region', { name: 'Today' }).waitFor();
    await opened.page.waitForTimeout(1_000);
    const { value, shifts } = await opened.readShift();
    expect(value <= 0.02 ? [] : shifts).toEqual([]);
  });
});
