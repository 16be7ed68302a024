import { startStudio } from '@trainyard/testing/studio';
import { beforeAll, describe, expect, it } from 'vitest';

const studio = startStudio({ runMs: 300_000 });

/** A completed training with samples. */
let completed = '';

beforeAll(async () => {
  const body = { kind: 'actor', subject_id: '0019', validation: true, sample_prompts: ['0019 european'] };
  completed = (await studio.call('POST', '/api/trainings', body)).body.id;
  await studio.system.waitForStatus({ id: completed }, 'completed');
});

const ROUTES = [
  '/',
  '/actors',
  '/actors?view=table',
  '/actors?q=unmatched',
  '/actors/0011',
  '/actors/0019?tab=versions',
  '/actors/0019?tab=images',
  '/actors/0070',
  '/trainings/completed',
  '/trainings/completed?tab=parameters',
  '/trainings/completed?tab=events',
  '/auto-train',
  '/settings',
  '/login',
  '/nowhere',
] as const;

function toPath(route: string): string {
  return route.replace('/trainings/completed', `/trainings/${completed}`);
}

describe.each(['dark', 'light'] as const)('axe in the %s theme', (theme) => {
  it('finds nothing on any page', async () => {
    const found: Record<string, readonly string[]> = {};
    const opened = await studio.open('/', { theme });
    for (const route of ROUTES) {
      await opened.goto(toPath(route));
      await opened.page.locator('h1').first().waitFor();
      await opened.page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
      const violations = await opened.findAxeViolations();
      if (violations.length > 0) found[route] = violations;
    }
    expect(found).toEqual({});
  });

  it('finds nothing in the dialogs', async () => {
    const opened = await studio.open('/actors/0011', { theme });
    const { page } = opened;
    await page.getByRole('button', { name: 'Guidelines' }).click();
    await page.getByRole('dialog', { name: 'Guidelines' }).waitFor();
    expect(await opened.findAxeViolations('[role="dialog"]')).toEqual([]);
    await opened.goto('/actors/0019?tab=versions&sample=V1.0');
    await page.getByRole('dialog').waitFor();
    expect(await opened.findAxeViolations('[role="dialog"]')).toEqual([]);
  });
});
