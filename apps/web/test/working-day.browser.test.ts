import { type StudioPage, startStudio } from '@trainyard/testing/studio';
import { describe, expect, it } from 'vitest';

const studio = startStudio({ runMs: 420_000 });

const NAMES = {
  picked: '0019 european 20 female',
  doubleClicked: '0042 european 35 male',
  byKeyboard: '0031 indian 26 male',
  judged: '0007 african 28 female',
  followed: '0056 arabic 52 female',
} as const;

type Name = (typeof NAMES)[keyof typeof NAMES];

function toId(name: Name): string {
  return name.slice(0, 4);
}

/** Trains a version of an actor beside the browser, and waits for its end. */
async function trainVersion(name: Name): Promise<void> {
  const body = { kind: 'actor', subject_id: toId(name), validation: true, sample_prompts: [name] };
  const { body: training } = await studio.call('POST', '/api/trainings', body);
  await studio.system.waitForStatus(training, 'completed');
}

async function listTrainings(name: Name) {
  const { body } = await studio.call('GET', `/api/trainings?kind=actor&subject_id=${toId(name)}&limit=20`);
  return body.trainings as readonly { id: string; status: string }[];
}

function expectCleanPage({ errors, violations, origins, origin }: StudioPage): void {
  expect({ errors, violations, origins: [...origins] }).toEqual({
    errors: [],
    violations: [],
    origins: [origin],
  });
}

describe('the working day in the studio', () => {
  it('leads from a face over data, parameters, start, live run and samples to a comparison and a good model', async () => {
    const name = NAMES.picked;
    await trainVersion(name);
    const opened = await studio.open('/actors');
    const { page } = opened;
    await page.getByRole('link', { name }).first().click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('tab', { name: /^Images/ }).click();
    await page.getByRole('button', { name: 'Open image_1.png' }).waitFor();
    await page.getByRole('tab', { name: 'Train' }).click();
    await page.getByLabel('Rank', { exact: true }).fill('32');
    await expect.poll(() => page.getByLabel('Alpha', { exact: true }).inputValue()).toBe('16');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.waitForURL(/\/trainings\//);
    await page.getByRole('progressbar', { name: 'Progress of the training' }).waitFor();
    await page.getByRole('button', { name: 'Cancel training' }).waitFor();
    await page.getByText('Ready to review').first().waitFor({ timeout: 60_000 });
    const sample = page.getByRole('img', { name: /^Sample of .*V2/ }).first();
    await sample.scrollIntoViewIfNeeded();
    await expect
      .poll(() => sample.evaluate((image) => (image as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(0);
    await opened.goto(`/actors/${toId(name)}?tab=versions&compare=V1,V2`);
    await page.getByRole('heading', { name: /Comparison of V1, V2/ }).waitFor();
    await page
      .getByRole('button', { name: /^Good: V2/ })
      .first()
      .click();
    const readGood = async () =>
      (await studio.call('GET', `/api/actors/${toId(name)}/training-versions`)).body.versions
        .filter((each: { verdict: string }) => each.verdict === 'good')
        .map((each: { name: string }) => each.name);
    await expect.poll(readGood).toEqual(['V2']);
    expectCleanPage(opened);
  });

  it('starts one training on a double click', async () => {
    const { page } = await studio.open(`/actors/${toId(NAMES.doubleClicked)}`);
    const start = page.getByRole('button', { name: 'Start training' });
    await expect.poll(() => start.getAttribute('aria-disabled')).not.toBe('true');
    await start.dblclick();
    await page.waitForURL(/\/trainings\//);
    expect(await listTrainings(NAMES.doubleClicked)).toHaveLength(1);
  });

  it('keeps one good version when two tabs mark different ones', async () => {
    const name = NAMES.judged;
    await trainVersion(name);
    await trainVersion(name);
    const path = `/actors/${toId(name)}?tab=versions`;
    const { page, openTab } = await studio.open(path);
    const other = await openTab(path);
    await page.getByRole('button', { name: /^Good: V1/ }).click();
    await other.getByRole('button', { name: /^Good: V1/, pressed: true }).waitFor();
    await other.getByRole('button', { name: /^Good: V2/ }).click();
    await page.getByRole('button', { name: /^Good: V2/, pressed: true }).waitFor();
    await page.getByRole('button', { name: /^Good: V1/, pressed: false }).waitFor();
  });

  it('shows the time left of the server on a machine whose clock is three days fast', async () => {
    const name = NAMES.followed;
    const body = { kind: 'actor', subject_id: toId(name) };
    const { id } = (await studio.call('POST', '/api/trainings', body)).body;
    const readRange = async (): Promise<readonly [number, number] | undefined> =>
      (await studio.call('GET', `/api/trainings/${id}`)).body.progress?.remaining?.range_seconds;
    await expect.poll(readRange, { timeout: 60_000 }).toBeDefined();
    const before = await readRange();
    const { page } = await studio.open(`/trainings/${id}`, {
      beforeLoad: (each) =>
        each.addInitScript(() => {
          const RealDate = Date;
          const now = () => RealDate.now() + 3 * 86_400_000;
          globalThis.Date = class extends RealDate {
            constructor(...given: [] | [number]) {
              super(...((given.length === 0 ? [now()] : given) as [number]));
            }
            static override now = now;
          } as DateConstructor;
        }),
    });
    const shown = page.locator('.large-number').first();
    await expect.poll(() => shown.textContent()).toMatch(/\d+ (min|s)/);
    const text = (await shown.textContent()) ?? '';
    const numbers = [...text.matchAll(/\d+/g)].map(Number);
    const upperSeconds = Math.max(...numbers) * (text.includes('min') ? 60 : 1);
    expect(upperSeconds, text).toBeLessThanOrEqual((before?.[1] ?? 0) + 60);
  });
});

/** Presses Tab until the focused element has this role and name. Fails after 120 presses. */
async function tabTo({ page }: StudioPage, role: 'button' | 'link' | 'tab', name: RegExp): Promise<void> {
  const target = page.getByRole(role, { name }).first();
  await target.waitFor();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      const outline = await target.evaluate((element) => getComputedStyle(element).outlineStyle);
      expect(outline, `the focus on ${name} is visible`).not.toBe('none');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`120 presses of Tab do not reach the ${role} ${name}`);
}

describe('the keyboard alone', () => {
  it('reaches an actor, starts a training, and cancels it after a question whose safe answer has the focus', async () => {
    const name = NAMES.byKeyboard;
    const opened = await studio.open('/actors');
    const { page } = opened;
    await page.getByRole('heading', { level: 1 }).waitFor();
    await tabTo(opened, 'link', new RegExp(name));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await expect
      .poll(() => page.getByRole('button', { name: 'Start training' }).getAttribute('aria-disabled'))
      .not.toBe('true');
    await tabTo(opened, 'button', /^Start training$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/trainings\//);
    await tabTo(opened, 'button', /^(Cancel training|Remove from the queue)$/);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('alertdialog');
    await dialog.waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toMatch(/^Keep (training|it queued)$/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await expect
      .poll(async () => (await listTrainings(name)).map(({ status }) => status), { timeout: 60_000 })
      .toEqual(['cancelled']);
  });
});
