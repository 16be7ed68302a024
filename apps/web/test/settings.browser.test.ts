import { type StudioPage, startStudio } from '@trainyard/testing/studio';
import { describe, expect, it } from 'vitest';

const studio = startStudio({ runMs: 60_000 });

/** Trains an actor to the end. @returns the amount that the month has cost */
async function spend(actorId: string): Promise<number> {
  const { body } = await studio.call('POST', '/api/trainings', { kind: 'actor', subject_id: actorId });
  await expect
    .poll(async () => (await studio.call('GET', `/api/trainings/${body.id}`)).body.status)
    .toBe('completed');
  return (await studio.call('GET', '/api/budgets')).body.month.spent_usd;
}

function getCard({ page }: StudioPage, name: string) {
  return page.getByRole('region', { name, exact: true });
}

describe('the budgets', () => {
  it('ask before a limit below the amount spent, which stops dispatch', async () => {
    expect(await spend('0019')).toBeGreaterThan(0.01);
    const opened = await studio.open('/settings');
    const { page } = opened;
    const today = getCard(opened, 'Today');
    await today.getByLabel('Limit in USD').fill('0.01');
    await today.getByRole('button', { name: 'Save' }).click();
    const question = page.getByRole('alertdialog', { name: 'Set the limit of Today to $0.01?' });
    await question.waitFor();
    expect(await question.textContent()).toMatch(
      /Today is at \$\d+\.\d\d\. A limit of \$0\.01 stops dispatch now/,
    );
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keep no limit');
    expect(await opened.findAxeViolations()).toEqual([]);
    await question.getByRole('button', { name: 'Keep no limit' }).click();
    expect((await studio.call('GET', '/api/budgets')).body.day.budget_usd).toBeNull();
    await today.getByRole('button', { name: 'Save' }).click();
    await question.getByRole('button', { name: 'Set $0.01' }).click();
    await page.getByRole('region', { name: 'Notice' }).getByText('continues').waitFor();
    await today.getByLabel('Limit in USD').fill('');
    await today.getByRole('button', { name: 'Save' }).click();
    await expect.poll(async () => (await studio.call('GET', '/api/budgets')).body.day.budget_usd).toBeNull();
    await page.getByRole('region', { name: 'Notice' }).waitFor({ state: 'detached' });
  });

  it('keep a limit that is no amount in the field and name the fault', async () => {
    const opened = await studio.open('/settings');
    const field = getCard(opened, 'Today').getByLabel('Limit in USD');
    await field.fill('a lot');
    await opened.page.getByText('Enter an amount in USD, or leave the field empty for no limit.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await opened.page.keyboard.press('Enter');
    expect(await field.inputValue()).toBe('a lot');
  });
});

describe('the queue', () => {
  it('is paused with a reason after a question, and the banner of every page shows it', async () => {
    const opened = await studio.open('/settings');
    const { page } = opened;
    await getCard(opened, 'Queue').getByRole('button', { name: 'Pause queue' }).click();
    const question = page.getByRole('alertdialog', { name: 'Pause the queue?' });
    await question.getByLabel('Reason').fill('holiday');
    await question.getByRole('button', { name: 'Pause queue' }).click();
    await page.getByRole('region', { name: 'Notice' }).getByText('Queue paused: holiday').waitFor();
    await getCard(opened, 'Queue').getByRole('button', { name: 'Resume queue' }).click();
    await page.getByRole('region', { name: 'Notice' }).waitFor({ state: 'detached' });
  });

  it('changes its slots after a question that names the cost', async () => {
    const opened = await studio.open('/settings');
    const card = getCard(opened, 'Queue');
    await card.getByRole('button', { name: 'One slot more' }).click();
    const question = opened.page.getByRole('alertdialog', { name: 'Use 3 slots?' });
    await question.getByText('Up to 3 runs cost money at once.').waitFor();
    await question.getByRole('button', { name: 'Use 3 slots' }).click();
    await card.getByText('3 slots').waitFor();
    await studio.call('PUT', '/api/dispatch', { max_concurrency: 2 });
    await card.getByText('2 slots').waitFor();
  });
});

describe('the callback', () => {
  // The run waits for a worker during the test.
  const studio = startStudio({ coldStartMs: 3_600_000 });

  it('names the missing setting while no tunnel can start', async () => {
    const opened = await studio.open('/settings');
    await opened.page.getByText('Polling only: results are found within 30 s').waitFor();
    const start = getCard(opened, 'Callback').getByRole('button', { name: /Start the tunnel/ });
    expect(await start.getAttribute('aria-disabled')).toBe('true');
    await opened.page.getByText('NGROK_AUTHTOKEN is not set.').waitFor();
  });

  it('names the runs that carry the address before the tunnel stops', async () => {
    const { deps } = studio.system;
    await deps.publicUrlLease.acquire('https://t1.ngrok.example');
    await deps.tunnelRecords.saveOpened({ url: 'https://t1.ngrok.example', from: deps.clock.now() });
    const { body } = await studio.call('POST', '/api/trainings', { kind: 'actor', subject_id: '0042' });
    const opened = await studio.open('/settings');
    const { page } = opened;
    await getCard(opened, 'Callback').getByText('https://t1.ngrok.example').waitFor();
    await expect
      .poll(async () => (await studio.call('GET', '/api/ngrok/status')).body.active_runs)
      .toMatchObject([{ training_id: body.id }]);
    await opened.goto('/settings');
    await getCard(opened, 'Callback').getByRole('button', { name: 'Stop the tunnel' }).click();
    const question = page.getByRole('alertdialog', { name: 'Stop the tunnel?' });
    await question.getByText('0042 · V1 carries its address; its result will be found by polling.').waitFor();
    expect(await opened.findAxeViolations()).toEqual([]);
    await question.getByRole('button', { name: 'Stop the tunnel' }).click();
    await getCard(opened, 'Callback').getByText('Polling only').waitFor();
  });
});

describe('the appearance', () => {
  it('keeps theme, clock and shortcuts in this browser', async () => {
    const opened = await studio.open('/settings', { theme: 'dark' });
    const { page } = opened;
    const readTheme = () => page.evaluate(() => document.documentElement.dataset['theme']);
    expect(await readTheme()).toBe('dark');
    await page.getByLabel('Light').check();
    expect(await readTheme()).toBe('light');
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await readTheme()).toBe('light');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForURL('**/actors');
    await opened.goto('/settings');
    await page.getByLabel('Shortcuts of one key').uncheck();
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    expect(page.url()).toBe(`${opened.origin}/settings`);
  });
});

describe('the settings page', () => {
  it.each([
    ['dark', 1280],
    ['light', 390],
  ] as const)('has no findings of axe in the %s theme at %i px', async (theme, width) => {
    const opened = await studio.open('/settings', { theme, viewport: { width, height: 844 } });
    await getCard(opened, 'Today').waitFor();
    await getCard(opened, 'About').getByText('No API keys').waitFor();
    expect(await opened.findAxeViolations()).toEqual([]);
    const { scrollWidth, clientWidth } = await opened.page.evaluate(() => document.documentElement);
    expect(scrollWidth).toBe(clientWidth);
    expect(opened.violations).toEqual([]);
  });
});
