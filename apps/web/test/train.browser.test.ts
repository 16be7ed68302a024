import { startStudio } from '@trainyard/testing/studio';
import { describe, expect, it } from 'vitest';

const studio = startStudio({ runMs: 3_600_000, keys: true });

type Page = Awaited<ReturnType<typeof studio.open>>['page'];

/** Hyperparameters of the form by the label of their field. */
const FIELDS = {
  Steps: 'max_train_steps',
  'Learning rate': 'learning_rate',
  Repeats: 'num_repeats',
  Rank: 'network_dim',
  Alpha: 'network_alpha',
  'Warm-up steps': 'lr_warmup_steps',
  Scheduler: 'lr_scheduler',
} as const;

async function preview(id: string, more: object = {}) {
  const body = { kind: 'actor', subject_id: id, ...more };
  return (await studio.call('POST', '/api/trainings/preview', body)).body;
}

function openBench(path: string, options: Parameters<typeof studio.open>[1] = {}) {
  return studio.open(path, { scope: 'write', ...options });
}

async function openForm(path: string, options: Parameters<typeof studio.open>[1] = {}) {
  const opened = await openBench(path, options);
  await getField(opened.page, 'Steps').waitFor();
  return opened;
}

function getField(page: Page, label: string) {
  return page.getByLabel(label, { exact: true });
}

async function readFields(page: Page): Promise<Readonly<Record<string, string>>> {
  const labels = Object.keys(FIELDS);
  const values = await Promise.all(labels.map((label) => getField(page, label).inputValue()));
  return Object.fromEntries(labels.map((label, at) => [label, values[at] ?? '']));
}

/** Waits until the form follows from its edits and nothing is requested. */
async function waitForValue(page: Page, label: string, value: string): Promise<void> {
  await expect.poll(() => getField(page, label).inputValue()).toBe(value);
}

async function pickActor(page: Page, id: string): Promise<void> {
  await page.getByRole('button', { name: 'Change actor' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose an actor' });
  await dialog.getByRole('radio', { name: new RegExp(id) }).check({ force: true });
  await page.keyboard.press('Enter');
}

function getStart(page: Page) {
  return page.getByRole('button', { name: /^(Start training|Add to queue|Starting…)/ });
}

async function listTrainings(id: string): Promise<readonly { readonly id: string }[]> {
  return (await studio.call('GET', `/api/trainings?kind=actor&subject_id=${id}`)).body.trainings;
}

async function cancelAll(id: string): Promise<void> {
  for (const training of await listTrainings(id))
    await studio.call('POST', `/api/trainings/${training.id}/cancel`, {});
}

describe('the form of a training', () => {
  it.each(['0063', '0031', '0001', '0019', '0056', '0023'])(
    'is filled for actor %s with the values that the API resolves',
    async (id) => {
      const { page, errors, violations } = await openForm(`/actors/${id}`);
      const { hyperparameters, preset, trigger, version_name: version } = await preview(id);
      const expected = Object.entries(FIELDS).map(([label, name]) => [label, String(hyperparameters[name])]);
      expect(await readFields(page)).toEqual(Object.fromEntries(expected));
      await page.getByRole('heading', { name: `Preset ${preset}` }).waitFor();
      expect(await getField(page, 'Trigger').inputValue()).toBe(trigger);
      expect(await getField(page, 'Version').inputValue()).toBe(version);
      expect([errors, violations]).toEqual([[], []]);
    },
  );

  it('marks an edit, lets alpha and warm-up follow, keeps edits over a reload, and takes them back', async () => {
    const { page } = await openForm('/actors/0011');
    await getField(page, 'Rank').fill('32');
    await waitForValue(page, 'Alpha', '16');
    await getField(page, 'Steps').fill('1000');
    await waitForValue(page, 'Warm-up steps', '200');
    await page.getByText('edited, was 16', { exact: true }).waitFor();
    await page.getByText('edited, was 2,500').waitFor();
    await page.getByText('file about 306 MB').waitFor();
    await page.reload();
    await waitForValue(page, 'Rank', '32');
    await page.getByRole('button', { name: 'Reset Rank to 16' }).click();
    await waitForValue(page, 'Alpha', '8');
    await page.getByRole('button', { name: 'Re-adjust' }).click();
    await page
      .getByText(/Preset C applied for 40 images: Steps 2,500.*Steps was 1000/)
      .first()
      .waitFor();
    await waitForValue(page, 'Warm-up steps', '500');
    await page.getByRole('button', { name: 'Undo' }).click();
    await waitForValue(page, 'Steps', '1000');
  });

  it('asks before a different actor replaces edits', async () => {
    const { page } = await openForm('/actors/0056');
    await getField(page, 'Repeats').fill('3');
    await page.getByText('edited, was 1', { exact: true }).waitFor();
    await pickActor(page, '0063');
    const question = page.getByRole('alertdialog', { name: 'Discard 1 edited parameter of 0056?' });
    await question.getByRole('button', { name: 'Keep editing' }).click();
    await waitForValue(page, 'Repeats', '3');
    await pickActor(page, '0063');
    await question.getByRole('button', { name: 'Discard' }).click();
    await page.waitForURL('**/actors/0063');
    await page.goBack();
    await page.waitForURL('**/actors/0056');
    await waitForValue(page, 'Repeats', '1');
  });

  it('shows a refused value under its field in the words of the API, and names it at the start', async () => {
    const { page } = await openForm('/actors/0042');
    await getField(page, 'Rank').fill('0');
    await page.getByText('Rank must be a whole number, 1 to 100000').waitFor();
    const start = getStart(page);
    expect(await start.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('Correct first:').getByRole('button', { name: 'Rank' }).click();
    expect(await getField(page, 'Rank').evaluate((field) => field.matches(':focus'))).toBe(true);
    await start.click({ force: true });
    expect(await listTrainings('0042')).toEqual([]);
    await getField(page, 'Rank').fill('');
    await getField(page, 'Alpha').focus();
    await waitForValue(page, 'Rank', '16');
  });

  it('explains the policy and its parameters in the guidelines', async () => {
    const { page, findAxeViolations } = await openForm('/actors/0042');
    await page.getByRole('button', { name: 'Guidelines' }).click();
    const dialog = page.getByRole('dialog', { name: 'Guidelines' });
    await dialog.getByRole('row', { name: /B 16 to 30 images/ }).waitFor();
    expect(await dialog.getByRole('row').count()).toBe(5);
    await dialog.getByText('Updates of the weights in total').waitFor();
    expect(await findAxeViolations()).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
});

describe('the start of a training', () => {
  it('creates one training on a double click and opens its page', async () => {
    const { page } = await openForm('/actors/0001');
    await getField(page, 'Rank').fill('8');
    await waitForValue(page, 'Alpha', '4');
    await getStart(page).dblclick();
    await page.waitForURL(/\/trainings\/[0-9a-f-]+/);
    const trainings = await listTrainings('0001');
    expect(trainings).toMatchObject([{ hyperparameters: { network_dim: 8 } }]);
    await cancelAll('0001');
  });

  it('creates one training when the answer is lost and the page is loaded again', async () => {
    await studio.call('PUT', '/api/dispatch', { paused: true });
    const { page } = await openForm('/actors/0007');
    const keys: (string | undefined)[] = [];
    await page.route('**/api/trainings', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.push(route.request().headers()['idempotency-key']);
      // The first request is lost before the server has it, the second answer on its way back.
      if (keys.length === 1) return route.abort();
      const answer = await route.fetch();
      return keys.length === 2 ? route.abort() : route.fulfill({ response: answer });
    });
    await getStart(page).click();
    await page.getByText('A second try starts no second training.').waitFor();
    await page.reload();
    await getStart(page).click();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForURL(/\/trainings\//);
    expect(keys).toEqual([keys[0], keys[0], keys[0]]);
    expect(await listTrainings('0007')).toHaveLength(1);
    await cancelAll('0007');
    await studio.call('PUT', '/api/dispatch', { paused: false });
  });

  it('is called Add to queue while the queue is paused, and names the live training of a busy actor', async () => {
    await studio.call('PUT', '/api/dispatch', { paused: true, reason: 'holiday' });
    const { page } = await openForm('/actors/0031');
    await page.getByText('It will wait in the queue: paused: holiday.').waitFor();
    await page.getByRole('button', { name: 'Add to queue' }).waitFor();
    await studio.call('POST', '/api/trainings', { kind: 'actor', subject_id: '0031' });
    await page.getByText('actor 0031 already has a live training').waitFor();
    expect(await getStart(page).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('link', { name: 'Open the live training' }).waitFor();
    await cancelAll('0031');
    await studio.call('PUT', '/api/dispatch', { paused: false });
  });

  it('names the training that a second window started meanwhile, and leads to it', async () => {
    await studio.call('PUT', '/api/dispatch', { paused: true });
    const { page } = await openForm('/actors/0056');
    await page.route('**/api/trainings', async (route) => {
      if (route.request().method() === 'POST')
        await studio.call('POST', '/api/trainings', {
          kind: 'actor',
          subject_id: '0056',
          version_name: 'V8',
        });
      await route.continue();
    });
    await getStart(page).click();
    const fault = page.getByRole('alert').filter({ hasText: '0056 is training V8.' });
    await fault.waitFor();
    const [{ id } = { id: '' }] = await listTrainings('0056');
    expect(await fault.getByRole('link', { name: 'Open V8' }).getAttribute('href')).toBe(`/trainings/${id}`);
    await cancelAll('0056');
    await studio.call('PUT', '/api/dispatch', { paused: false });
  });

  it('is replaced by a sentence for a key that can only read', async () => {
    const { page } = await openForm('/actors/0011', { scope: 'read' });
    await page.getByText('This key can read. Starting a training needs a key with scope write.').waitFor();
    expect(await getStart(page).count()).toBe(0);
  });

  it('repeats an ended training with its values and lists the differences', async () => {
    await studio.call('PUT', '/api/dispatch', { paused: true });
    const body = { kind: 'actor', subject_id: '0019', hyperparameters: { network_dim: 32 }, trigger: 'ohwx' };
    const { id } = (await studio.call('POST', '/api/trainings', body)).body;
    await studio.call('POST', `/api/trainings/${id}/cancel`, {});
    const { page } = await openForm(`/actors/0019?retry=${id}`);
    await page.getByText('Rank 32 instead of 16').waitFor();
    await waitForValue(page, 'Trigger', 'ohwx');
    await getField(page, 'Steps').fill('1500');
    await waitForValue(page, 'Warm-up steps', '400');
    await page.reload();
    await waitForValue(page, 'Steps', '1500');
    await expect.poll(() => getStart(page).getAttribute('aria-disabled')).toBeNull();
    await getStart(page).click();
    await page.waitForURL(/\/trainings\//);
    const [retry] = await listTrainings('0019');
    expect(retry).toMatchObject({
      retry_of: id,
      trigger: 'ohwx',
      hyperparameters: { network_dim: 32, max_train_steps: 1500, lr_warmup_steps: 400 },
    });
    await cancelAll('0019');
    await studio.call('PUT', '/api/dispatch', { paused: false });
  });
});

describe('a version in the address', () => {
  it('fills the form with the parameters of the version, and gives way to the recommended values', async () => {
    const version = {
      name: 'V9',
      status: 'completed',
      parameters: { network_dim: 64, class_tokens: 'ohwx' },
    };
    await studio.call('POST', '/api/actors/0063/training-versions', version);
    const { page } = await openForm('/actors/0063?from=V9');
    await page.getByRole('heading', { name: 'Filled in with the values of V9' }).waitFor();
    await page.getByText('Rank 64 instead of 16').waitFor();
    await waitForValue(page, 'Alpha', '32');
    await waitForValue(page, 'Trigger', 'ohwx');
    await page.getByRole('button', { name: 'Use the recommended values' }).click();
    await waitForValue(page, 'Rank', '16');
    await page.waitForURL('**/actors/0063');
  });
});

describe('the bench', () => {
  it('names an unknown actor and leads to the search', async () => {
    const { page } = await openBench('/actors/7777');
    await page.getByRole('heading', { name: 'No actor has the id 7777' }).waitFor();
    await page.getByRole('button', { name: 'Search' }).waitFor();
  });

  it('explains an actor without images', async () => {
    const { page } = await openBench('/actors/0070');
    await page.getByRole('heading', { name: '0070 has no images.' }).waitFor();
    await page.getByText('npx trainyard import DIR').waitFor();
  });

  it('names the number of images that are not in the store, and the command that copies them', async () => {
    const { page } = await openBench('/actors/0064');
    await page.getByRole('heading', { name: '14 images are not in the store.' }).waitFor();
    await page.getByText('npx trainyard import DIR').waitFor();
  });

  it('explains itself while offline and starts nothing', async () => {
    const { page, setOffline } = await openForm('/actors/0011');
    await setOffline(true);
    await page.getByText('Offline: nothing can be started.', { exact: true }).waitFor();
    expect(await getStart(page).getAttribute('aria-disabled')).toBe('true');
    await setOffline(false);
    await expect.poll(() => getStart(page).getAttribute('aria-disabled')).toBeNull();
  });

  it('keeps the start in view on a phone', async () => {
    const { page } = await openForm('/actors/0023', { viewport: { width: 390, height: 844 } });
    const box = await getStart(page).boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(844 - 56);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  it.each(['dark', 'light'] as const)('has no finding of axe in the %s theme', async (theme) => {
    const { page, findAxeViolations } = await openForm('/actors/0023', { theme });
    await page.getByText('20 more parameters').click();
    await page.getByText('captions').first().waitFor();
    expect(await findAxeViolations()).toEqual([]);
  });

  it('moves between tabs by keys and keeps them in the history', async () => {
    const { page } = await openForm('/actors/0023');
    await page.getByRole('tab', { name: /Train/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/actors/0023?tab=versions');
    await page.keyboard.press('End');
    await page.keyboard.press('Space');
    await page.waitForURL('**/actors/0023?tab=images');
    await page.goBack();
    await page.waitForURL('**/actors/0023?tab=versions');
    expect(await page.getByRole('tab', { name: /Versions/ }).getAttribute('aria-selected')).toBe('true');
  });
});
