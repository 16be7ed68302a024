import { type StudioPage, startStudio } from '@trainyard/testing/studio';
import { describe, expect, it, onTestFinished } from 'vitest';

type Page = StudioPage['page'];

const studio = startStudio({ timeFactor: 60, runMs: 900_000 });

const train = async (id: string, more: object = {}): Promise<string> =>
  (await studio.call('POST', '/api/trainings', { kind: 'actor', subject_id: id, validation: true, ...more }))
    .body.id;

const readStatus = async (id: string): Promise<string> =>
  (await studio.call('GET', `/api/trainings/${id}`)).body.status;

const waitForStatus = (id: string, status: string) =>
  expect.poll(() => readStatus(id), { timeout: 60_000, interval: 100 }).toBe(status);

const setDispatch = (change: object) => studio.call('PUT', '/api/dispatch', change);

/** Answers a question with the named verb. */
const answer = (page: Page, name: string) =>
  page.getByRole('alertdialog').getByRole('button', { name, exact: true }).click();

describe('the overview', () => {
  it('shows a run to its end: time left or why not, steps, loss, money, then the model to review', async () => {
    const { page, readShift, violations, errors } = await studio.open('/');
    await page.getByText('Nothing is training, the queue is empty').waitFor();
    await expect.poll(() => page.getByText('Free', { exact: true }).count()).toBe(2);
    const id = await train('0019');
    const card = page.getByRole('article', { name: /0019 .* · V1/ });
    await card.waitFor();
    await page.getByRole('heading', { level: 1, name: /One training/ }).waitFor();
    await card.getByText('Training', { exact: true }).waitFor();
    await card
      .getByText(/^\d+ (s|min)?( )?to \d+ (s|min)$/)
      .or(card.getByText(/^About \d\d:\d\d$/))
      .first()
      .waitFor();
    await card.getByText(/so far at least/).waitFor();
    await card.getByText(/^loss/).waitFor();
    const bar = card.getByRole('progressbar');
    await expect.poll(() => bar.getAttribute('aria-valuetext')).toMatch(/^[\d,]+ of [\d,]+ steps$/);
    await waitForStatus(id, 'completed');
    const finished = page.getByRole('region', { name: 'Finished lately' });
    await finished.getByText('Ready to review').waitFor();
    await finished.getByRole('img', { name: /^Sample of 0019 V1/ }).waitFor();
    await page.getByRole('button', { name: '1 new notice' }).waitFor();
    const { shifts } = await readShift();
    expect(shifts.filter(({ value }) => value > 0.02)).toEqual([]);
    await page.getByRole('button', { name: '1 new notice' }).click();
    await page.getByText('1 model to review').waitFor();
    expect([violations, errors]).toEqual([[], []]);
    await finished.getByRole('link', { name: 'Review' }).click();
    await page.waitForURL(/\/actors\/0019\?tab=versions/);
  });

  it('pauses the queue with a reason and resumes it', async () => {
    const { page } = await studio.open('/');
    await page.getByRole('button', { name: 'Pause queue' }).click();
    await page.getByRole('alertdialog', { name: 'Pause the queue?' }).waitFor();
    await answer(page, 'Keep running');
    expect((await studio.call('GET', '/api/dispatch')).body.paused).toBe(false);
    await page.getByRole('button', { name: 'Pause queue' }).click();
    await page.getByLabel(/^Reason/).fill('holiday');
    await answer(page, 'Pause queue');
    onTestFinished(async () => void (await setDispatch({ paused: false })));
    await page.getByRole('button', { name: 'Resume queue' }).waitFor();
    const id = await train('0042');
    await page.getByRole('cell', { name: 'queue paused: holiday' }).waitFor();
    await page.getByText('the queue is paused', { exact: true }).waitFor();
    await studio.call('POST', `/api/trainings/${id}/cancel`);
    await page.getByText(/The queue is empty/).waitFor();
    await page.getByRole('button', { name: 'Resume queue' }).click();
    await page.getByRole('button', { name: 'Pause queue' }).waitFor();
    expect((await studio.call('GET', '/api/dispatch')).body).toMatchObject({ paused: false, reason: null });
  });

  it('changes the number of slots after a question that names the consequence', async () => {
    const { page } = await studio.open('/');
    onTestFinished(async () => void (await setDispatch({ max_concurrency: 2 })));
    await page.getByRole('button', { name: 'Use one slot more' }).click();
    await page.getByText('Up to 3 runs cost money at once.').waitFor();
    await answer(page, 'Keep 2 slots');
    await page.getByRole('button', { name: 'Use one slot more' }).click();
    await answer(page, 'Use 3 slots');
    await page.getByText('3 slots', { exact: true }).waitFor();
    await setDispatch({ max_concurrency: 1 });
    await page.getByText('1 slot', { exact: true }).waitFor();
    const fewer = page.getByRole('button', { name: 'Use one slot less' });
    expect(await fewer.getAttribute('aria-disabled')).toBe('true');
  });

  it('moves and removes queued trainings, and names the reason why each of them waits', async () => {
    await setDispatch({ paused: true });
    onTestFinished(async () => void (await setDispatch({ paused: false })));
    const ids = [await train('0023'), await train('0056'), await train('0063', { budget_usd: 0.01 })];
    onTestFinished(async () => {
      for (const id of ids) await studio.call('POST', `/api/trainings/${id}/cancel`);
    });
    const { page } = await studio.open('/');
    const rows = page.getByRole('table').locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(3);
    await rows.nth(2).getByRole('cell', { name: 'its own budget has no room', exact: true }).waitFor();
    await rows
      .nth(1)
      .getByRole('button', { name: /^Actions of 0056/ })
      .click();
    await page.getByRole('button', { name: 'Raise', exact: true }).click();
    await expect.poll(() => rows.nth(0).textContent()).toContain('0056');
    await expect
      .poll(async () => (await studio.call('GET', '/api/slots')).body.next[0].training_id)
      .toBe(ids[1]);
    await rows
      .nth(0)
      .getByRole('button', { name: /^Actions of 0056/ })
      .click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Nothing was paid.').waitFor();
    await answer(page, 'Remove');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await readStatus(ids[1] as string)).toBe('cancelled');
    await rows
      .nth(1)
      .getByRole('button', { name: /^Actions of 0063/ })
      .click();
    await page.getByRole('button', { name: 'Train anyway' }).click();
    await page.getByRole('alertdialog', { name: /although its budget has no room/ }).waitFor();
    await answer(page, 'Train anyway');
    await expect
      .poll(async () => (await studio.call('GET', `/api/trainings/${ids[2]}`)).body.hold)
      .toBeNull();
  });

  it('cancels a run after a question that names its cost', async () => {
    const { page } = await studio.open('/');
    const id = await train('0031');
    const card = page.getByRole('article', { name: /0031/ });
    await card.getByText('Training', { exact: true }).waitFor();
    await card.getByRole('button', { name: /^Actions of 0031/ }).click();
    await page.getByRole('button', { name: 'Cancel training' }).click();
    await page
      .getByRole('alertdialog')
      .getByText(/so far at least/)
      .waitFor();
    await answer(page, 'Cancel training');
    await waitForStatus(id, 'cancelled');
    await page
      .getByRole('region', { name: 'Finished lately' })
      .getByRole('listitem')
      .filter({ hasText: '0031' })
      .getByText('Cancelled')
      .waitFor();
  });

  it('has no violation of axe and no overflow in both themes and widths', async () => {
    await setDispatch({ paused: true, reason: 'axe' });
    onTestFinished(async () => void (await setDispatch({ paused: false })));
    const id = await train('0007');
    onTestFinished(async () => void (await studio.call('POST', `/api/trainings/${id}/cancel`)));
    for (const theme of ['dark', 'light'] as const)
      for (const width of [1280, 390]) {
        const { page, findAxeViolations } = await studio.open('/', {
          theme,
          viewport: { width, height: 844 },
        });
        await page.getByRole('cell', { name: /0007/ }).first().waitFor();
        expect(await findAxeViolations()).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
        await page.getByRole('button', { name: 'Use one slot more' }).click();
        await page.getByRole('alertdialog').waitFor();
        expect(await findAxeViolations('[role=alertdialog]')).toEqual([]);
      }
  });
});
