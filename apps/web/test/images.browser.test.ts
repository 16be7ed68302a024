import { startStudio } from '@trainyard/testing/studio';
import { beforeAll, expect, it } from 'vitest';

const studio = startStudio({ workers: [] });
const IMAGES = '/actors/0019?tab=images';
const FOLDER = 'actors/0019_european_20_female';

/** One caption is no UTF-8, and one is missing. */
beforeAll(async () => {
  const { objects } = studio.system.deps;
  const { images } = (await studio.call('GET', '/api/actors/0019/images')).body;
  const toKey = (name: string) =>
    `${images.find((each: { name: string }) => each.name === name).uri.replace(/^s3:\/\/[^/]+\//, '')}`;
  const toCaption = (name: string) => toKey(name).replace(/\.\w+$/, '.txt');
  expect(toKey('image_1.png')).toContain(FOLDER);
  await objects.put(toCaption('image_1.png'), new Uint8Array([0xff, 0xfe, 0x41]));
  await objects.delete(toCaption('image_2.png'));
});

it('each finding leads to its images, and the viewer shows the caption and its faults', async () => {
  const opened = await studio.open(IMAGES);
  const { page } = opened;
  await page.getByRole('heading', { level: 2, name: /^23 images, \d+ captions, 1 error/ }).waitFor();
  const findings = page.getByRole('list', { name: 'Findings' });
  await findings.getByRole('button', { name: /^Show \d+: .*UTF-8/ }).click();
  await page.waitForURL(/finding=/);
  const images = page.getByRole('list', { name: 'Images' });
  await expect.poll(() => images.getByRole('listitem').count()).toBe(1);
  await images.getByRole('button', { name: 'Open image_1.png' }).click();
  const viewer = page.getByRole('dialog', { name: 'Images of 0019 european 20 female' });
  await viewer.getByText(/UTF-8/).first().waitFor();
  expect(await opened.findAxeViolations()).toEqual([]);
  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });
  await findings.getByRole('button', { name: /^Show all images/ }).click();
  await expect.poll(() => images.getByRole('listitem').count()).toBe(23);
  await images.getByRole('button', { name: 'Open image_3.png' }).click();
  await viewer.getByText(/before/).waitFor();
  expect({ errors: opened.errors, violations: opened.violations }).toEqual({ errors: [], violations: [] });
});

it('data with an error are asked about before they are marked as good, and the mark is taken back', async () => {
  const isGood = async () =>
    (await studio.call('GET', '/api/actors/0019/training-data?report=false')).body.training_data_good;
  await studio.call('POST', '/api/actors/0019/training-data/mark-good', { good: false });
  const { page } = await studio.open(IMAGES);
  await page.getByRole('button', { name: 'Mark training data as good' }).click();
  const question = page.getByRole('alertdialog', { name: /although the report has 1 error/ });
  await question.getByText('Auto-train skips this actor').waitFor();
  await question.getByRole('button', { name: 'Not yet' }).click();
  expect(await isGood()).toBe(false);
  await page.getByRole('button', { name: 'Mark training data as good' }).click();
  await question.getByRole('button', { name: 'Mark as good' }).click();
  await expect.poll(isGood).toBe(true);
  await page.getByRole('button', { name: /^Take back/ }).click();
  await expect.poll(isGood).toBe(false);
  await page.getByRole('button', { name: 'Mark training data as good' }).waitFor();
});

it('images that the next training leaves out are counted until the page is loaded again', async () => {
  const { page, goto } = await studio.open('/actors/0011?tab=images', {
    viewport: { width: 390, height: 844 },
  });
  await page.getByRole('checkbox', { name: 'Leave out image_1.png' }).check();
  await page.getByRole('checkbox', { name: 'Leave out image_2.png' }).check();
  await page.getByText('The next training uses 38 of 40 images.').waitFor();
  await goto('/actors/0011?tab=images');
  await page.getByRole('checkbox', { name: 'Leave out image_1.png', checked: false }).waitFor();
});

it('an actor without images names the command that adds them', async () => {
  const { page } = await studio.open('/actors/0070?tab=images');
  await page.getByText('0070 european 47 male has no images.').waitFor();
  await page.getByText('npx trainyard import DIR').waitFor();
});
