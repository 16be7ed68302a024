import { STUDIO_KEYS, type StudioPage, startStudio } from '@trainyard/testing/studio';
import { describe, expect, it } from 'vitest';

const studio = startStudio({ keys: true, workers: [] });

async function enterKey({ page }: StudioPage, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('the login', () => {
  it('leads back to the page with its filters, and the key is in no storage and no address', async () => {
    const opened = await studio.open('/actors?q=19&model=none');
    const { page, context, violations, errors } = opened;
    await page.getByRole('heading', { name: 'Sign in to Trainyard' }).waitFor();
    expect(new URL(page.url()).searchParams.get('next')).toBe('/actors?q=19&model=none');
    await enterKey(opened, 'an-unknown-key-of-the-tests');
    await page.getByText('This key is not valid.').waitFor();
    await enterKey(opened, STUDIO_KEYS.admin);
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    expect(page.url()).toBe(`${opened.origin}/actors?q=19&model=none`);
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    const state = JSON.stringify(await page.evaluate(() => history.state));
    expect(stored + state).not.toContain(STUDIO_KEYS.admin);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    expect(await context.cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
    expect({ violations, errors }).toEqual({ violations: [], errors: [] });
  });

  it('opens the documentation and Bull Board too, and signing out closes them', async () => {
    const board = '/admin/queues/queue/trainings?status=active';
    const opened = await studio.open(board);
    const { page, origin, violations } = opened;
    await page.waitForURL(`${origin}/login?next=${encodeURIComponent(board)}`);
    await enterKey(opened, STUDIO_KEYS.admin);
    await page.waitForURL(`${origin}${board}`);
    await page.getByText('maintenance').first().waitFor();
    await opened.goto('/docs');
    await page.locator('#swagger-ui').waitFor({ state: 'attached' });
    await opened.goto('/settings');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Trainyard' }).waitFor();
    await opened.goto('/docs');
    await page.waitForURL(/\/login\?next=%2Fdocs/);
    expect(violations).toEqual([]);
  });

  it('leads to no other site', async () => {
    const opened = await studio.open(`/login?next=${encodeURIComponent('/\t/evil.example')}`);
    await enterKey(opened, STUDIO_KEYS.read);
    await opened.page.getByRole('navigation', { name: 'Pages' }).waitFor();
    expect(opened.page.url()).toBe(`${opened.origin}/`);
  });
});

describe('a session that ends while a page is open', () => {
  it('is renewed in a dialog over the page, whose form stays', async () => {
    const opened = await studio.open('/settings', { scope: 'admin' });
    const { page, context } = opened;
    const limit = page.getByRole('region', { name: 'Today' }).getByLabel('Limit in USD');
    await limit.fill('25');
    await context.clearCookies();
    await page.getByRole('region', { name: 'Today' }).getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'The session has ended' });
    await dialog.waitFor();
    expect(await opened.findAxeViolations()).toEqual([]);
    await enterKey(opened, STUDIO_KEYS.admin);
    await dialog.waitFor({ state: 'detached' });
    expect(await limit.inputValue()).toBe('25');
    await page.getByRole('region', { name: 'Today' }).getByRole('button', { name: 'Save' }).click();
    await expect.poll(async () => (await studio.call('GET', '/api/budgets')).body.day.budget_usd).toBe(25);
  });
});

describe('a key with scope read', () => {
  it('sees the values of the settings and a sentence in place of each action', async () => {
    const { page } = await studio.open('/settings', { scope: 'read' });
    await page.getByText('This key can read. Changing a budget needs a key with scope admin.').waitFor();
    await page.getByText('This key can read. Starting and stopping the tunnel needs').waitFor();
    await page.getByText('This key can read. Changing slots and pausing the queue needs').waitFor();
    expect(await page.locator('main').getByRole('button').allTextContents()).toEqual(['Sign out']);
    expect(await page.getByRole('link', { name: 'Bull Board' }).count()).toBe(0);
  });

  it.each([
    ['/', /Starting a training needs a key with scope write/, /^(Train|Pause queue|Use one slot)/],
    ['/auto-train', /Starting a run needs a key with scope write/, /^Start/],
    ['/actors/0019?tab=images', /Marking training data needs a key with scope write/, /^Mark/],
  ])('sees at %s a sentence in place of the main action', async (path, sentence, action) => {
    const { page } = await studio.open(path, { scope: 'read' });
    await page.getByText(sentence).first().waitFor();
    expect(await page.locator('main').getByRole('button', { name: action }).count()).toBe(0);
  });
});

it('the list of actors offers no selection to a key with scope read', async () => {
  const { page } = await studio.open('/actors', { scope: 'read' });
  await page.getByText('This key can read. Starting a training needs a key with scope write.').waitFor();
  await page.locator('[data-actor="0019"]').waitFor();
  expect(await page.getByRole('checkbox').count()).toBe(0);
});

describe('the login page', () => {
  it.each(['dark', 'light'] as const)('has no findings of axe in the %s theme', async (theme) => {
    const opened = await studio.open('/login', { theme });
    await enterKey(opened, 'wrong');
    await opened.page.getByText('This key is not valid.').waitFor();
    expect(await opened.findAxeViolations()).toEqual([]);
  });
});
