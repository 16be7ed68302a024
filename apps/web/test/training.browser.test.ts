import { startStudio } from '@trainyard/testing/studio';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

const studio = startStudio({ runMs: 900_000 });

const PROMPTS = ['portrait in a garden', 'portrait at night'];

async function train(actor: string, body: object = {}): Promise<string> {
  const answer = await studio.call('POST', '/api/trainings', {
    ...{ kind: 'actor', subject_id: actor, sample_prompts: PROMPTS, force: true },
    ...body,
  });
  expect(answer.status).toBe(202);
  return answer.body.id;
}

const read = async (id: string) => (await studio.call('GET', `/api/trainings/${id}`)).body;

async function waitFor(id: string, status: string) {
  await expect.poll(async () => (await read(id)).status, { timeout: 60_000 }).toBe(status);
}

const getHead = (page: Page) => page.locator('header').first();

describe('the page of a training', () => {
  it('follows a run to its end in place and shows its samples', async () => {
    const id = await train('0001');
    const opened = await studio.open(`/trainings/${id}`);
    const { page } = opened;
    await page.getByRole('heading', { level: 1, name: '0001 european 25 female' }).waitFor();
    const slider = page.getByRole('slider', { name: 'Step' });
    await slider.waitFor({ timeout: 60_000 });
    await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/^step [\d,]+: loss 0\.\d{3}$/);
    const height = (await getHead(page).boundingBox())?.height;
    await expect.poll(() => page.title()).toMatch(/^\d+ % · 0001 V\d+ · Trainyard$/);
    await page.getByText('Ready to review').first().waitFor({ timeout: 60_000 });
    await expect.poll(() => page.title()).toMatch(/^Ready to review · 0001/);
    await page.getByRole('link', { name: /^Sample of 0001 .*: portrait at night$/ }).click();
    await page.getByRole('dialog').getByText('portrait at night').waitFor();
    expect(page.url()).toContain('sample=0.1');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.url()).not.toContain('sample');
    expect((await getHead(page).boundingBox())?.height).toBe(height);
    const shift = await opened.readShift();
    expect(shift.value, JSON.stringify(shift)).toBeLessThanOrEqual(0.02);
    expect(await opened.findAxeViolations()).toEqual([]);
    expect({ violations: opened.violations, errors: opened.errors }).toEqual({ violations: [], errors: [] });
  });

  it('asks before a cancel, keeps the run by default, and shows the end that RunPod confirmed', async () => {
    const id = await train('0011');
    await waitFor(id, 'running');
    const { page, findAxeViolations } = await studio.open(`/trainings/${id}`);
    const button = page.getByRole('button', { name: 'Cancel training' });
    await button.click();
    const question = page.getByRole('alertdialog', { name: /^Cancel the training of 0011 .*\?$/ });
    await question.getByText('No model is kept').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Keep training');
    expect(await findAxeViolations()).toEqual([]);
    await page.keyboard.press('Enter');
    await question.waitFor({ state: 'detached' });
    expect((await read(id)).cancel_requested).toBeNull();
    await button.click();
    await question.getByRole('button', { name: 'Cancel training' }).click();
    await waitFor(id, 'cancelled');
    await expect.poll(() => page.title()).toMatch(/^Cancelled/);
    expect(await page.getByRole('button', { name: 'Cancel training' }).count()).toBe(0);
  });

  it('shows a hostile failure as inert text with one next step, which creates one training', async () => {
    const message =
      'boom <img src=x onerror="document.title=1"><script>document.title=2</script>\u0007\u202e end';
    studio.system.simulator.faults.push({ kind: 'out_of_memory', at_fraction: 0.02 });
    const id = await train('0023', { hyperparameters: { network_dim: 32 } });
    await waitFor(id, 'failed');
    const opened = await studio.open(`/trainings/${id}`);
    const { page } = opened;
    await page.getByRole('heading', { name: 'Failed: out of memory' }).waitFor();
    await page.getByText('Retry with rank 16 or without sample pictures.').waitFor();
    expect(await opened.findAxeViolations()).toEqual([]);
    await page.getByRole('button', { name: 'Retry with this change' }).click();
    await page.getByRole('alertdialog').getByText('rank 16 instead of 32').waitFor();
    await page.getByRole('button', { name: 'Retry', exact: true }).dblclick();
    await expect.poll(() => page.url()).not.toContain(id);
    const list = (await studio.call('GET', '/api/trainings?subject_id=0023&kind=actor')).body.trainings;
    expect(list.map((each: { retry_of: string | null }) => each.retry_of)).toEqual([id, null]);
    expect(list[0].hyperparameters.network_dim).toBe(16);
    studio.system.simulator.faults.push({
      kind: 'error',
      training_id: list[0].id,
      at_fraction: 0.5,
      message,
    });
    await waitFor(list[0].id, 'failed');
    await page.getByRole('region', { name: 'Failed: unknown cause' }).getByText('boom <img').waitFor();
    expect(await page.locator('main img[src="x"], main script').count()).toBe(0);
    expect(await page.title()).toMatch(/^Failed: unknown cause/);
    expect({ violations: opened.violations, errors: opened.errors }).toEqual({ violations: [], errors: [] });
  });

  it('states gaps of a long loss curve in words and keeps its zoom in the address', async () => {
    studio.system.simulator.faults.push({ kind: 'stuck_in_queue' });
    const id = await train('0042');
    await waitFor(id, 'submitted');
    const curve = { trainingId: id, attempt: (await read(id)).attempt };
    for (let step = 2; step <= 1_000; step += 2)
      await studio.system.deps.store.addProgressPoint(curve, [step, step === 200 ? null : 40 / step, step]);
    const { page } = await studio.open(`/trainings/${id}?range=100-400`);
    await page.getByText('1 report has no loss that is a number, the first at step 200.').waitFor();
    const slider = page.getByRole('slider', { name: 'Step' });
    await slider.focus();
    await page.keyboard.press('Home');
    const first = await slider.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuetext')).not.toBe(first);
    await page.getByRole('button', { name: 'Zoom in around the cursor' }).click();
    await expect.poll(() => page.url()).toMatch(/range=\d+-\d+$/);
    await page.getByRole('button', { name: 'Show the whole curve' }).click();
    await expect.poll(() => page.url()).not.toContain('range');
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.getByRole('region', { name: 'Loss as a table' }).getByText('no number').waitFor();
  });
});

it('an unconfirmed submission is repeated only after the confirmation that its run is gone', async () => {
  studio.system.simulator.faults.push({ kind: 'drop', op: 'run', after_accepting: true });
  const id = await train('0056', { sample_prompts: [] });
  await waitFor(id, 'unconfirmed');
  const { page, findAxeViolations } = await studio.open(`/trainings/${id}`, {
    viewport: { width: 390, height: 844 },
    theme: 'light',
  });
  await page.getByRole('button', { name: 'Submit again' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByText('If the run exists, you pay twice.').waitFor();
  const act = question.getByRole('button', { name: /^Submit again/ });
  expect(await act.getAttribute('aria-disabled')).toBe('true');
  await question.getByRole('checkbox', { name: 'I checked at RunPod: this run no longer exists' }).check();
  expect(await findAxeViolations()).toEqual([]);
  await act.click();
  await question.waitFor({ state: 'detached' });
  await expect
    .poll(async () => (await studio.call('GET', `/api/trainings/${id}/events`)).body.events)
    .toContainEqual(expect.objectContaining({ type: 'submission_refuted', cause: 'person' }));
});

it('an unknown id has a page that names it, and any id of a training leads to its page', async () => {
  const { page, goto } = await studio.open('/trainings/nowhere');
  await page.getByRole('heading', { level: 1, name: 'No training has the id nowhere' }).waitFor();
  const id = await train('0031', { sample_prompts: [] });
  const { job_id: jobId } = await read(id);
  await goto(`/trainings/${jobId}?tab=events`);
  await page.getByRole('region', { name: 'Events' }).waitFor();
  expect(page.url()).toMatch(new RegExp(`/trainings/${id}\\?tab=events$`));
});
