import type { Training } from '@trainyard/domain';
import { type StudioPage, startStudio } from '@trainyard/testing/studio';
import { beforeAll, describe, expect, it } from 'vitest';

const studio = startStudio({ runMs: 60_000, coldStartMs: 1_000 });
const VERSIONS = '/actors/0001?tab=versions';
const PROMPTS = ['a portrait', 'in a garden', 'in the rain'] as const;

async function train(subject: string, body: object): Promise<string> {
  const request = { kind: 'actor', subject_id: subject, ...body };
  const { body: training } = await studio.call('POST', '/api/trainings', request);
  await studio.system.waitForStatus({ id: training.id } as Training, 'completed');
  return training.id;
}

/** V1 of 0001 is imported and good; V2 and V3 share a prompt; V4 is of another tool and not verified. 0019 has V1. */
beforeAll(async () => {
  const V3 = { hyperparameters: { network_dim: 32 }, sample_prompts: [PROMPTS[1], PROMPTS[2]] };
  await Promise.all([
    train('0001', { sample_prompts: [PROMPTS[0], PROMPTS[1]] }).then(() => train('0001', V3)),
    train('0019', { sample_prompts: [PROMPTS[0]] }),
  ]);
  await studio.call('POST', '/api/actors/0001/training-versions', {
    ...{ id: 'foreign', name: 'V4', status: 'completed', loraUrl: 's3://elsewhere/x.safetensors' },
    ...{ verified: false, timestamp: '2026-01-01T00:00:00.000Z' },
  });
}, 180_000);

async function readVerdicts(): Promise<Record<string, string | null>> {
  const { versions } = (await studio.call('GET', '/api/actors/0001/training-versions')).body;
  return Object.fromEntries(
    versions.map(({ name, verdict }: { name: string; verdict: string | null }) => [name, verdict]),
  );
}

/** Every test begins with V1 as the good version and no other verdict. */
async function resetVerdicts(): Promise<void> {
  const versions = ['V2', 'V3', 'V4'].map((name) => ({ version_id: name, good: null }));
  await studio.call('POST', '/api/actors/0001/verdicts', {
    versions: [{ version_id: 'V1', good: true }, ...versions],
  });
}

function getRow(page: StudioPage['page'], name: string) {
  return page.locator('li', { has: page.getByRole('heading', { level: 3, name, exact: true }) });
}

const readLabels = (buttons: readonly Element[]) => buttons.map((each) => each.getAttribute('aria-label'));

describe('a verdict', () => {
  it('shows at once, replaces the good version, and Undo restores both', async () => {
    await resetVerdicts();
    const { page } = await studio.open(VERSIONS);
    await getRow(page, 'V3').getByText('Ready to review').waitFor();
    await page.getByRole('button', { name: /^Good: V3\b/ }).click();
    await getRow(page, 'V3').getByText('Good', { exact: true }).first().waitFor();
    await page
      .getByText('V3 is the good model of 0001 european 25 female. V1 is no longer')
      .first()
      .waitFor();
    expect(await readVerdicts()).toMatchObject({ V1: 'not_good', V3: 'good' });
    await getRow(page, 'V1').getByText('Not good').first().waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(readVerdicts).toMatchObject({ V1: 'good', V2: null, V3: null });
    await getRow(page, 'V3').getByText('Ready to review').waitFor();
    await page.getByRole('button', { name: /^Good: V1\b/, pressed: true }).waitFor();
  });

  it('that the server does not record is restored with its reason, and Retry records it', async () => {
    await resetVerdicts();
    const opened = await studio.open(VERSIONS);
    const { page } = opened;
    await getRow(page, 'V2').getByText('Ready to review').waitFor();
    await opened.setOffline(true);
    await page.getByRole('button', { name: 'Not good: V2' }).click();
    await page.getByText('The verdict was not recorded: The server did not answer.').first().waitFor();
    await getRow(page, 'V2').getByText('Ready to review').waitFor();
    await opened.setOffline(false);
    await getRow(page, 'V2').getByRole('button', { name: 'Retry' }).click();
    await expect.poll(readVerdicts).toMatchObject({ V1: 'good', V2: 'not_good' });
    await page.getByRole('button', { name: 'Not good: V2', pressed: true }).waitFor();
  });

  it('in two tabs leaves one good version, which both tabs show', async () => {
    await resetVerdicts();
    const { page, openTab } = await studio.open(VERSIONS);
    const other = await openTab(VERSIONS);
    await Promise.all([
      page.getByRole('button', { name: /^Good: V2\b/ }).click(),
      other.getByRole('button', { name: /^Good: V3\b/ }).click(),
    ]);
    await page.getByText('V2 is the good model of 0001').first().waitFor();
    await other.getByText('V3 is the good model of 0001').first().waitFor();
    const good = Object.entries(await readVerdicts()).flatMap(([name, verdict]) =>
      verdict === 'good' ? [name] : [],
    );
    expect(good).toHaveLength(1);
    for (const tab of [page, other])
      await expect
        .poll(() => tab.getByRole('button', { name: /^Good: V/, pressed: true }).evaluateAll(readLabels))
        .toEqual([`Good: ${good[0]}`]);
  });

  it('on a model that was not verified is asked about, with the safe answer in focus', async () => {
    await resetVerdicts();
    const opened = await studio.open(VERSIONS);
    const { page } = opened;
    const row = getRow(page, 'V4');
    await row.getByText('s3://elsewhere/x.safetensors').waitFor();
    await row.getByRole('button', { name: /^Good: V4\b/ }).click();
    const question = page.getByRole('alertdialog', {
      name: /Mark V4 as good although its file was not verified/,
    });
    await expect
      .poll(() =>
        question.getByRole('button', { name: 'Not now' }).evaluate((each) => each === document.activeElement),
      )
      .toBe(true);
    expect(await opened.findAxeViolations()).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await readVerdicts()).toMatchObject({ V1: 'good', V4: null });
    await row.getByRole('button', { name: /^Good: V4\b/ }).click();
    await question.getByRole('button', { name: 'Mark as good' }).click();
    await expect.poll(readVerdicts).toMatchObject({ V1: 'not_good', V4: 'good' });
  });
});

describe('a comparison', () => {
  it('aligns samples by their prompts, states missing ones and lists what differs', async () => {
    await resetVerdicts();
    const opened = await studio.open(VERSIONS);
    const { page } = opened;
    await page.getByRole('checkbox', { name: 'Compare V3' }).check();
    await page.getByRole('checkbox', { name: 'Compare V2' }).check();
    await page.waitForURL(/compare=V2(,|%2C)V3/);
    const comparison = page.getByRole('region', { name: 'Comparison of V2, V3' });
    await comparison.getByText('If V3 is good, V1 is no longer the good model').waitFor();
    for (const prompt of PROMPTS) await comparison.getByRole('heading', { name: prompt }).waitFor();
    expect(await comparison.getByText('No sample for this prompt').count()).toBe(2);
    expect(await comparison.getByRole('button', { name: /^Open: Sample of/ }).count()).toBe(4);
    const rank = comparison.getByRole('row', { name: /^Rank/ });
    expect(await rank.getByRole('cell').allTextContents()).toEqual(['16', '32']);
    expect(await comparison.getByRole('row', { name: /^Scheduler/ }).count()).toBe(0);
    await comparison.getByRole('button', { name: /^Show all \d+ parameters$/ }).click();
    await comparison.getByRole('row', { name: /^Scheduler/ }).waitFor();
    await comparison.getByText('same images and captions').waitFor();
    expect(await comparison.getByRole('img', { name: /^Loss plot of V/ }).count()).toBe(2);
    expect(await opened.findAxeViolations()).toEqual([]);
    expect({ errors: opened.errors, violations: opened.violations }).toEqual({ errors: [], violations: [] });
  });

  it('opens from its address, and an unknown version affects only its own column', async () => {
    const { page } = await studio.open(`${VERSIONS}&compare=V2,V9,V3`, { theme: 'light' });
    await page.getByRole('region', { name: 'Comparison of V2, V3' }).waitFor();
    expect(await page.getByRole('checkbox', { name: 'Compare V2' }).isChecked()).toBe(true);
  });
});

describe('the viewer', () => {
  it('changes prompt and version by keys, keeps the zoom, and Back closes it', async () => {
    const opened = await studio.open(`${VERSIONS}&compare=V2,V3`);
    const { page } = opened;
    const comparison = page.getByRole('region', { name: 'Comparison of V2, V3' });
    await comparison
      .getByRole('button', { name: 'Open: Sample of 0001 european 25 female V2: in a garden' })
      .click();
    const viewer = page.getByRole('dialog', { name: 'Samples of 0001 european 25 female' });
    const getPicture = (text: string) => viewer.getByRole('img', { name: text });
    await getPicture('Sample of 0001 european 25 female V2: in a garden').waitFor();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowDown');
    await getPicture('Sample of 0001 european 25 female V3: in a garden').waitFor();
    await page.waitForURL(/sample=V3\.1/);
    await viewer.getByText('150 %').waitFor();
    await page.keyboard.press('ArrowLeft');
    await viewer.getByText('V3 has no sample for “a portrait”').first().waitFor();
    await page.keyboard.press('ArrowRight');
    expect(await opened.findAxeViolations()).toEqual([]);
    await page.goBack();
    await viewer.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.has('sample')).toBe(false);
    const readFocus = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await expect.poll(readFocus).toBe('Open: Sample of 0001 european 25 female V2: in a garden');
  });

  it('opens from its address, and gives the verdict beside the picture', async () => {
    await resetVerdicts();
    const { page } = await studio.open(`${VERSIONS}&sample=V3.0`);
    const viewer = page.getByRole('dialog', { name: 'Samples of 0001 european 25 female' });
    await viewer.getByRole('button', { name: 'Not good: V3' }).click();
    await expect.poll(readVerdicts).toMatchObject({ V1: 'good', V3: 'not_good' });
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    await getRow(page, 'V3').getByText('Not good').first().waitFor();
  });
});

it('a review leads from actor to actor, also after their verdicts', async () => {
  await resetVerdicts();
  const { page } = await studio.open(`${VERSIONS}&review=1`);
  const strip = page.getByRole('navigation', { name: 'Review' });
  await strip.getByText('1 of 2').waitFor();
  await page.getByRole('button', { name: 'Not good: V3' }).click();
  await page.getByRole('button', { name: 'Not good: V2' }).click();
  await expect.poll(readVerdicts).toMatchObject({ V2: 'not_good', V3: 'not_good' });
  await strip.getByRole('link', { name: 'Next' }).click();
  await strip.getByText('2 of 2').waitFor();
  await page.getByRole('heading', { level: 1, name: /0019/ }).waitFor();
  await strip.getByRole('link', { name: 'Previous' }).click();
  await strip.getByText('1 of 2').waitFor();
});

it('a model of a training is downloaded under its readable name', async () => {
  const { page } = await studio.open('/actors/0019?tab=versions');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: /^Download [\d.]+ [KM]?B: V1/ }).click();
  expect((await downloading).suggestedFilename()).toBe('actor_0019_V1.safetensors');
});

it('an actor without versions leads to its first training', async () => {
  const opened = await studio.open('/actors/0007?tab=versions', { viewport: { width: 390, height: 844 } });
  await opened.page.getByRole('link', { name: 'Train V1' }).waitFor();
  expect(await opened.findAxeViolations()).toEqual([]);
});
