import { setTimeout as sleep } from 'node:timers/promises';
import { startStudio } from '@trainyard/testing/studio';
import type { Page, Request } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';

const studio = startStudio();
const locked = startStudio({ keys: true, workers: [] });

/** Requests of a page that start a run or a dry run. */
function recordRuns(page: Page): {
  readonly starts: () => readonly Request[];
  readonly dryRuns: () => number;
} {
  const sent: Request[] = [];
  page.on('request', (each) => {
    if (each.method() === 'POST' && new URL(each.url()).pathname === '/api/auto-train/runs') sent.push(each);
  });
  const isDry = (each: Request): boolean => each.postDataJSON()?.dry_run === true;
  return { starts: () => sent.filter((each) => !isDry(each)), dryRuns: () => sent.filter(isDry).length };
}

const START = /^Start \d+ trainings?$/;

async function openPlan(path = '/auto-train') {
  const opened = await studio.open(path);
  await opened.page.getByRole('button', { name: START }).waitFor();
  return opened;
}

/** Cancels all trainings, so that the next test begins with the same plan. */
async function cancelRuns(): Promise<void> {
  const { body } = await studio.call('GET', '/api/auto-train/runs');
  for (const { id } of body.runs) await studio.call('POST', `/api/auto-train/runs/${id}/cancel`, {});
  await expect
    .poll(async () => (await studio.call('GET', '/api/auto-train/runs')).body.runs, { timeout: 60_000 })
    .toSatisfy((runs: readonly { status: string }[]) => runs.every(({ status }) => status === 'ended'));
}

describe('the plan of auto-train', () => {
  it('is one sentence with actors, count, time, cost and end, and starts nothing', async () => {
    const { page } = await openPlan();
    const sentence = await page.getByRole('heading', { level: 1 }).textContent();
    expect(sentence?.replace(/\s+/g, ' ')).toMatch(
      /^7 of 11 actors qualify; 2 start now: about .+, \$\d+\.\d\d last ends about \S+/,
    );
    const plan = page.getByRole('complementary', { name: 'Before you start' });
    await plan.getByText(/after this/).waitFor();
    await plan.getByText('results are found by polling').waitFor();
    expect((await studio.call('GET', '/api/auto-train/runs')).body.runs).toEqual([]);
  });

  it('keeps its fields and the filter in the address, and an invalid value affects only its key', async () => {
    const { page, goto } = await openPlan();
    await page.getByLabel('Limit').fill('3');
    await page.getByLabel('Budget').fill('5');
    await page.getByLabel('Order').selectOption({ label: 'among manual trainings' });
    await page.getByLabel('Include actors with a model to review').check();
    await page.getByRole('link', { name: /not reviewed/ }).click();
    await expect
      .poll(() => Object.fromEntries(new URL(page.url()).searchParams))
      .toEqual({ limit: '3', budget: '5', order: '10', unreviewed: 'true', reason: 'data_not_reviewed' });
    await page.getByText('training data not marked as good').first().waitFor();
    await page.reload();
    await expect.poll(() => page.getByLabel('Limit').inputValue()).toBe('3');
    expect(await page.getByLabel('Order').inputValue()).toBe('10');
    await goto('/auto-train?limit=many&budget=4');
    await expect.poll(() => page.getByLabel('Limit').inputValue()).toBe('2');
    expect(await page.getByLabel('Budget').inputValue()).toBe('4');
    await goto('/auto-train?limit=0');
    await page.getByText(/1/).and(page.locator('[id$=hint]')).first().waitFor();
    await expect.poll(() => page.getByLabel('Limit').getAttribute('aria-invalid')).toBe('true');
  });

  it('names every reason, each rule with a tick or a cross, and where it is resolved', async () => {
    const { page } = await openPlan('/auto-train?reason=every');
    const { candidates } = (await studio.call('GET', '/api/auto-train/candidates')).body;
    for (const { actor_id: id, reasons } of candidates) {
      const row = page.locator(`[data-actor="${id}"]`);
      for (const { message } of reasons) await row.getByText(message).first().waitFor();
    }
    const row = page.locator('[data-actor="0063"]');
    await row.locator('summary').click();
    expect(await row.getByRole('listitem').allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/broken: training data not marked as good/),
        expect.stringMatching(/met: no good model yet/),
      ]),
    );
    expect(await row.getByRole('listitem').count()).toBe(8);
    const link = row.getByRole('link', { name: /Open Images/ });
    expect(await link.getAttribute('href')).toBe('/actors/0063?tab=images');
  });

  it('writes the lines of the former script in a dry run, which enqueues no training', async () => {
    const { page } = await openPlan();
    await page.getByRole('button', { name: 'Dry run' }).click();
    const log = page.getByRole('log');
    await log.getByText('Automated Actor Training Script').waitFor();
    const text = await log.textContent();
    expect(text).toContain('[Auto Train] Loaded 11 actors');
    expect(text).toMatch(/✗ Skipped: 0001 .* \(already has good custom model\)/);
    expect(text).toContain('Dry Run Summary (no training was enqueued)');
    expect((await studio.call('GET', '/api/trainings')).body.trainings).toEqual([]);
  });

  it('trains actors chosen by hand, and no action is left without a choice', async () => {
    const { page } = await openPlan();
    const dry = page.getByRole('button', { name: 'Dry run' });
    await page.getByLabel('Train 0042 european 35 male').check();
    await page.getByText('3 actors chosen by hand; the limit does not apply.').waitFor();
    await page.getByRole('button', { name: 'Start 3 trainings' }).waitFor();
    expect(await page.getByLabel('Limit').getAttribute('aria-disabled')).toBe('true');
    for (const id of ['0007', '0011', '0042'])
      await page.getByRole('checkbox', { name: `Train ${id}` }).uncheck();
    await page.getByText('0 actors chosen by hand').waitFor();
    await expect.poll(() => dry.getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'Choose by limit' }).click();
    await page.getByRole('button', { name: 'Start 2 trainings' }).waitFor();
  });

  it('of a key that can read shows who qualifies, and no action', async () => {
    const { page } = await locked.open('/auto-train', { scope: 'read' });
    await page.getByText('Starting a run needs a key with scope write').waitFor();
    await page.getByRole('heading', { level: 1, name: /^7 of 11 actors qualify\.$/ }).waitFor();
    expect(await page.getByRole('button', { name: /Start|Dry run/ }).count()).toBe(0);
  });
});

describe('the start of an auto-train run', () => {
  it('asks with actors, time, cost and the budget of the month, and returns the focus', async () => {
    const { page, findAxeViolations, violations } = await openPlan();
    const runs = recordRuns(page);
    await page.getByRole('button', { name: START }).click();
    const question = page.getByRole('alertdialog', { name: 'Start 2 trainings?' });
    await question
      .getByText(/^\d{4}, \d{4}: about .*, about \$.* \(\w+ then \$.* of \$150\.00\)\.$/)
      .waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Not now');
    expect([await findAxeViolations(), violations]).toEqual([[], []]);
    for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab']) {
      await page.keyboard.press(key);
      expect(await question.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
    }
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(START);
    expect(runs.starts()).toEqual([]);
    await page.getByRole('button', { name: START }).click();
    await question.waitFor();
    await page
      .locator('aside[aria-labelledby=before-start] button')
      .last()
      .evaluate((each) => each.remove());
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    const isInPage = await page.evaluate(() => document.querySelector('#page :focus, #page:focus') !== null);
    expect(isInPage).toBe(true);
  });

  it('lists facts that changed since the question and asks again, and a double click starts one run', async () => {
    onTestFinished(cancelRuns);
    const { page } = await openPlan();
    const runs = recordRuns(page);
    await page.getByRole('button', { name: START }).click();
    const question = page.getByRole('alertdialog');
    await question.getByRole('button', { name: START }).waitFor();
    await studio.call('PUT', '/api/dispatch', { paused: true, reason: 'holiday' });
    onTestFinished(async () => void (await studio.call('PUT', '/api/dispatch', { paused: false })));
    await question.getByRole('button', { name: START }).click();
    await question.getByText('This changed since the question:').waitFor();
    await question
      .getByText(/paused: holiday/)
      .first()
      .waitFor();
    expect(runs.starts()).toEqual([]);
    await question.getByRole('button', { name: START }).dblclick();
    await question.waitFor({ state: 'detached' });
    expect(runs.starts()).toHaveLength(1);
    const { runs: listed } = (await studio.call('GET', '/api/auto-train/runs')).body;
    expect(listed).toHaveLength(1);
    expect(new URL(page.url()).searchParams.get('run')).toBe(listed[0].id);
    await page.getByRole('log').getByText('Monitoring 2 training(s)...').waitFor();
    // The rows stay in place with their new state.
    for (const id of ['0007', '0011'])
      await page
        .locator(`[data-actor="${id}"]`)
        .getByText('a training is already under way')
        .first()
        .waitFor();
  });

  it('whose answer is lost is repeated with the same key and starts one run', async () => {
    onTestFinished(cancelRuns);
    const { page } = await openPlan('/auto-train?limit=1');
    const runs = recordRuns(page);
    let isLost = false;
    await page.route('**/api/auto-train/runs', async (route) => {
      if (isLost || route.request().postDataJSON()?.dry_run) return route.continue();
      isLost = true;
      await route.fetch();
      await route.abort('connectionreset');
    });
    const before = (await studio.call('GET', '/api/auto-train/runs')).body.runs.length;
    await page.getByRole('button', { name: START }).click();
    const question = page.getByRole('alertdialog');
    await question.getByRole('button', { name: START }).click();
    await question.getByText('The answer was lost').waitFor();
    await page.reload();
    await page.getByText('no answer arrived').waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('run')).not.toBeNull();
    const keys = runs.starts().map((each) => each.headers()['idempotency-key']);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
    expect((await studio.call('GET', '/api/auto-train/runs')).body.runs.length - before).toBe(1);
  });
});

describe('an open run', () => {
  it('shows its bars and the lines of the former script live, the same after a reload', async () => {
    onTestFinished(cancelRuns);
    const { body } = await studio.call('POST', '/api/auto-train/runs', { limit: 1 });
    const { page } = await openPlan(`/auto-train?run=${body.id}`);
    const log = page.getByRole('log');
    await log
      .getByText(/Status: IN_PROGRESS/)
      .first()
      .waitFor({ timeout: 60_000 });
    await page.getByRole('progressbar').first().waitFor();
    await log.getByText('✓ Training completed!').waitFor({ timeout: 90_000 });
    await log.getByText('Training Summary').waitFor();
    const text = await log.textContent();
    expect(text).toMatch(/Model URL: \S+\.safetensors/);
    expect(text).toMatch(/✗ Skipped: 0001 .* \(already has good custom model\)/);
    await page.reload();
    await log.getByText('Training Summary').waitFor();
    expect(await log.textContent()).toBe(text);
  });

  it('is cancelled after a question that names what stops and what stays', async () => {
    onTestFinished(cancelRuns);
    const { body } = await studio.call('POST', '/api/auto-train/runs', { limit: 3 });
    const { page, findAxeViolations } = await openPlan(`/auto-train?run=${body.id}`);
    await expect
      .poll(async () => (await studio.call('GET', `/api/auto-train/runs/${body.id}`)).body.by_status.training)
      .toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Cancel run' }).click();
    const question = page.getByRole('alertdialog', { name: 'Cancel this run?' });
    await question.getByText(/active trainings? stops?, 1 queued is removed/).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep the run');
    expect(await findAxeViolations()).toEqual([]);
    await question.getByLabel(/Let the active trainings? finish/).check();
    await question.getByText(/active trainings? finish(es)?, 1 queued is removed/).waitFor();
    await question.getByRole('button', { name: 'Cancel run' }).click();
    await question.waitFor({ state: 'detached' });
    await page.getByText(/cancelling since .*, active trainings finish/).waitFor();
    expect((await studio.call('GET', `/api/auto-train/runs/${body.id}`)).body).toMatchObject({
      cancel_requested: { keep_running: true },
      by_status: { cancelled: 1 },
    });
  });

  it('moves nothing on the page while its trainings run', async () => {
    onTestFinished(cancelRuns);
    const { body } = await studio.call('POST', '/api/auto-train/runs', { limit: 2 });
    const { page, readShift } = await openPlan(`/auto-train?run=${body.id}`);
    await page.getByRole('progressbar').first().waitFor();
    await sleep(1_500);
    const before = await readShift();
    await sleep(4_000);
    const { value, shifts } = await readShift();
    expect([value - before.value, shifts.slice(before.shifts.length)]).toEqual([
      expect.toSatisfy((shift: number) => shift <= 0.02),
      expect.anything(),
    ]);
  });
});

describe('the schedule', () => {
  it('shows its next tick with zone, limit and budget, and the change of another window', async () => {
    const { page } = await openPlan();
    await page.getByText('No schedule. Runs start by hand.').waitFor();
    const plan = { cron: '0 2 * * *', tz: 'Europe/Berlin', limit: 5, budget_usd: 20 };
    await studio.call('PUT', '/api/auto-train/schedule', plan);
    onTestFinished(async () => void (await studio.call('DELETE', '/api/auto-train/schedule')));
    await page.getByText(/Next scheduled: .* 02:00 Europe\/Berlin.*, 5 trainings, \$20\.00/).waitFor();
    expect(await page.getByText('4 later ticks').count()).toBe(1);
  });
});
