import { type StudioPage, startStudio } from '@trainyard/testing/studio';
import { describe, expect, it } from 'vitest';

const studio = startStudio();

const getTitle = ({ page }: StudioPage) => page.getByRole('heading', { level: 1 }).textContent();
const listShown = ({ page }: StudioPage) =>
  page.locator('[data-actor]').evaluateAll((cards) => cards.map((card) => card.getAttribute('data-actor')));

describe('the list of actors', () => {
  it('is the same after a reload, after Back and in a fresh browser, and drops only an invalid filter', async () => {
    const opened = await studio.open('/actors?sex=female&data=synced&sort=images&order=desc&min_age=old');
    const { page, origin } = opened;
    await expect.poll(() => getTitle(opened)).toBe('5 of 11 actors: female, data synced');
    await page.getByLabel('Model', { exact: true }).selectOption('no model');
    await expect.poll(() => getTitle(opened)).toBe('4 of 11 actors: female, data synced, no model');
    const address = page.url().slice(origin.length);
    expect(address).toBe('/actors?sex=female&data=synced&model=none&sort=images&order=desc');
    const shown = await listShown(opened);
    expect(shown).toEqual(['0023', '0056', '0019', '0007']);
    await page.reload();
    await expect.poll(() => listShown(opened)).toEqual(shown);
    await page.getByRole('link', { name: /^0019 european/ }).click();
    await page.waitForURL('**/actors/0019');
    await page.goBack();
    await expect.poll(() => listShown(opened)).toEqual(shown);
    expect(page.url()).toBe(`${origin}${address}`);
    const fresh = await studio.open(address);
    await expect.poll(() => listShown(fresh)).toEqual(shown);
  });

  it('is searched while the person types, and names the filters that no actor matches', async () => {
    const opened = await studio.open('/actors?sex=male');
    const { page } = opened;
    await page.getByRole('searchbox', { name: 'Search id, name, description' }).fill('11');
    await expect.poll(() => listShown(opened)).toEqual(['0011']);
    expect(new URL(page.url()).search).toBe('?q=11&sex=male');
    await page.getByRole('searchbox').fill('latin');
    await page.getByText('No actor matches “latin”, male.').waitFor();
    await page.getByRole('button', { name: 'sex: male: clear this filter' }).click();
    await expect.poll(() => listShown(opened)).toEqual(['0023']);
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await expect.poll(() => getTitle(opened)).toBe('11 actors');
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
  });

  it('keeps each character that is typed before the list has followed, a blank at the end included', async () => {
    const opened = await studio.open('/actors');
    const field = opened.page.getByRole('searchbox');
    await field.pressSequentially('european ', { delay: 5 });
    await expect.poll(() => getTitle(opened)).toBe('4 of 11 actors: “european”');
    await field.pressSequentially('20', { delay: 300 });
    await expect.poll(() => listShown(opened)).toEqual(['0019']);
    expect(await field.inputValue()).toBe('european 20');
    await opened.page.getByLabel('Age from').fill('21');
    await opened.page.getByText('No actor matches “european 20”, age from 21.').waitFor();
  });

  it('is a table whose headers sort it, and whose order is announced', async () => {
    const opened = await studio.open('/actors?view=table');
    const { page } = opened;
    const header = page.getByRole('columnheader', { name: 'Images' });
    await header.getByRole('button').click();
    await expect.poll(() => header.getAttribute('aria-sort')).toBe('ascending');
    await header.getByRole('button').click();
    await expect.poll(async () => (await listShown(opened))[0]).toBe('0023');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect(await page.getByRole('status').textContent()).toBe('Sorted by images, descending');
    expect(new URL(page.url()).search).toBe('?sort=images&order=desc&view=table');
    expect(await page.locator('th[aria-sort]').count()).toBe(1);
  });

  it('shows initials for an actor without a poster, and asks for no picture of it', async () => {
    const requested: string[] = [];
    const opened = await studio.open('/actors', {
      beforeLoad: async (page) => void page.on('request', (request) => requested.push(request.url())),
    });
    const card = opened.page.locator('[data-actor="0070"]');
    await card.getByText('EM', { exact: true }).waitFor();
    await opened.page.locator('[data-actor="0019"] img').waitFor();
    expect(requested.filter((url) => url.includes('/0070/poster'))).toEqual([]);
    expect(requested.some((url) => url.includes('/0019/poster?w='))).toBe(true);
    const isLoaded = () =>
      opened.page
        .locator('[data-actor="0019"] img')
        .evaluate((img) => (img as HTMLImageElement).naturalWidth > 0);
    await expect.poll(isLoaded).toBe(true);
    expect((await opened.readShift()).value).toBeLessThanOrEqual(0.02);
  });

  it('replaces a poster that cannot be loaded by initials', async () => {
    const opened = await studio.open('/actors', {
      beforeLoad: (page) => page.route('**/0011/poster*', (route) => route.fulfill({ status: 503 })),
    });
    await opened.page.locator('[data-actor="0011"]').getByText('AM', { exact: true }).waitFor();
    expect(await opened.page.locator('[data-actor="0011"] img').count()).toBe(0);
  });

  it('explains a failure in its own panel, and loads again', async () => {
    let isBroken = true;
    const problem = { type: 'about:blank', title: 'Object store refused the request', status: 422 };
    const opened = await studio.open('/actors', {
      beforeLoad: (page) =>
        page.route('**/api/actors?*', (route) =>
          isBroken
            ? route.fulfill({
                status: 422,
                json: { ...problem, detail: 'AccessDenied', code: 'object_store_refused', request_id: 'r-1' },
              })
            : route.continue(),
        ),
    });
    const { page } = opened;
    await page.getByText('AccessDenied').waitFor();
    await page.getByText('r-1').waitFor();
    expect(await page.getByRole('searchbox').isVisible()).toBe(true);
    isBroken = false;
    await page.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => getTitle(opened)).toBe('11 actors');
  });
});

describe('the selection', () => {
  it('marks training data as reviewed, and takes the mark back', async () => {
    const { page } = await studio.open('/actors?q=0063');
    await page.getByRole('checkbox', { name: 'Select 0063 african 60 male' }).check();
    const bar = page.getByRole('region', { name: 'Selected actors' });
    await bar.getByText('1 selected').waitFor();
    await bar.getByText('none can be trained by auto-train now').waitFor();
    await bar.getByRole('button', { name: 'Mark reviewed' }).click();
    await page.getByText('Training data of 1 actor marked as good').first().waitFor();
    expect(await readReviewed('0063')).toBe(true);
    await bar.getByText(/^about \d+ min, estimate \$/).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => readReviewed('0063')).toBe(false);
    await page.locator('[data-actor="0063"]').getByText('not reviewed').waitFor();
  });

  it('lists an actor whose mark was refused, and shows it as not reviewed again', async () => {
    const refusal = { type: 'about:blank', title: 'Ambiguous subject', status: 409, request_id: 'r-2' };
    const { page } = await studio.open('/actors?q=0063', {
      beforeLoad: (tab) =>
        tab.route('**/api/actors/0063/training-data/mark-good', (route) =>
          route.fulfill({
            status: 409,
            json: { ...refusal, code: 'subject_ambiguous', detail: 'Two entries' },
          }),
        ),
    });
    await page.getByRole('checkbox', { name: 'Select 0063 african 60 male' }).check();
    await page.getByRole('button', { name: 'Mark reviewed' }).click();
    await page.getByText('1 actor was not marked').waitFor();
    await page.getByText('0063 african 60 male: Two entries').waitFor();
    await page.locator('[data-actor="0063"]').getByText('not reviewed').waitFor();
  });

  it('of all shown actors is one box, which is mixed while some are selected', async () => {
    const { page } = await studio.open('/actors?sex=male');
    const all = page.getByRole('checkbox', { name: /^Select all \d+$/ });
    await page
      .getByRole('checkbox', { name: /^Select 00/ })
      .first()
      .check();
    expect(await all.evaluate((box) => box.matches(':indeterminate'))).toBe(true);
    await all.click();
    const count = await page.locator('[data-actor]').count();
    await page.getByText(`${count} selected`).first().waitFor();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    expect(await page.getByRole('region', { name: 'Selected actors' }).count()).toBe(0);
  });
});

describe('the training of selected actors', () => {
  it('asks before it starts, names the actors that are left out, and starts the others', async () => {
    const { page } = await studio.open('/actors?sort=images&order=desc');
    for (const name of ['0031 indian 26 male', '0070 european 47 male'])
      await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    const bar = page.getByRole('region', { name: 'Selected actors' });
    await bar.getByText(/^1 can be trained: about \d+ min, estimate \$/).waitFor();
    await bar.getByRole('button', { name: 'Train…' }).click();
    const question = page.getByRole('alertdialog', { name: 'Start 1 training?' });
    await question.getByText(/^0070 european 47 male: .*no training images/).waitFor();
    expect(
      await question.getByRole('button', { name: 'Not now' }).evaluate((each) => each.matches(':focus')),
    ).toBe(true);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect((await studio.call('GET', '/api/actors/0031')).body.live_training_id).toBeNull();
    await bar.getByRole('button', { name: 'Train…' }).click();
    await question.getByRole('button', { name: 'Start 1 training' }).click();
    await page.getByText('1 training started').first().waitFor();
    await page.locator('[data-actor="0031"]').getByRole('progressbar').waitFor();
    expect((await studio.call('GET', '/api/trainings?subject_id=0031')).body.trainings).toHaveLength(1);
  });
});

describe('the dialog that picks an actor', () => {
  it('opens with the focus on its search, shows why an actor cannot be trained, and opens a bench by Enter', async () => {
    const opened = await studio.open('/actors/0019');
    const { page } = opened;
    await page.getByRole('button', { name: 'Change actor' }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose an actor' });
    await expect
      .poll(() => dialog.getByRole('searchbox').evaluate((each) => each.matches(':focus')))
      .toBe(true);
    const unready = dialog.getByRole('radio', { name: /^0064 asian 19 female/ });
    expect(await unready.getAttribute('aria-disabled')).toBe('true');
    await dialog.getByText('Cannot be trained now: not synced').waitFor();
    await unready.click({ force: true });
    expect(await unready.isChecked()).toBe(false);
    expect(await opened.findAxeViolations('[role="dialog"]')).toEqual([]);
    await page.keyboard.press('Shift+Tab');
    await dialog.getByRole('searchbox').fill('african 28');
    await dialog.getByRole('radio', { name: /^0007/ }).waitFor();
    await expect.poll(() => dialog.getByRole('radio').count()).toBe(1);
    await dialog.getByRole('radio').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/actors/0007');
    await page.getByRole('heading', { level: 1, name: '0007 african 28 female' }).waitFor();
  });
});

async function readReviewed(id: string): Promise<boolean> {
  return (await studio.call('GET', `/api/actors/${id}`)).body.training_data_good;
}

describe('accessibility of the list of actors', () => {
  it.each([
    ['/actors', 'dark'],
    ['/actors?view=table', 'light'],
    ['/actors?q=unmatched', 'light'],
  ] as const)('axe finds no violation on %s in %s', async (path, theme) => {
    const opened = await studio.open(path, { theme });
    await opened.page.getByRole('heading', { level: 1, name: /\d actors/ }).waitFor();
    expect(await opened.findAxeViolations()).toEqual([]);
  });
});
