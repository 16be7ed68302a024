import { expect, test } from 'vitest';
import { openTestSystem } from './test-system.ts';

test('budgets are shown and changed, and what one of them holds is released, from the terminal', async () => {
  const place = await openTestSystem({ GPU_TYPE: 'A100' });
  await place.deps.objects.put('images/a.png', new Uint8Array(20_000));
  const url = await place.serve();
  const ran = (...args: readonly string[]) => place.ran('--url', url, ...args);

  expect((await ran('budgets', '--day', '12.50', '--month', 'none')).code).toBe(0);
  const shown = await ran('budgets');
  expect(shown.out).toMatch(/BUDGET +SPENT +UNKNOWN +COMMITTED +LEFT\n\d{4}-\d\d-\d\d +\$12\.50 +\$0\.00/);
  expect(shown.out).toContain('Days and months of UTC');

  const wish = ['enqueue', '--kind', 'actor', '0019', '--image', place.deps.objects.toUri('images/a.png')];
  const refused = await ran(...wish, '--budget-usd', '0.01');
  expect([refused.code, refused.err]).toEqual([4, expect.stringContaining('of its budget is left')]);
  const held = JSON.parse((await ran('--json', ...wish, '--budget-usd', '0.01', '--on-budget', 'hold')).out);
  expect((await ran('show', held.id)).out).toMatch(/Reason +budget: the estimated cost is/);
  expect(JSON.parse((await ran('--json', 'release', held.id, '--by', 'ana')).out)).toMatchObject({
    hold: null,
  });
  expect((await ran('budgets', '--batch', 'b1')).code).toBe(2);
  expect((await ran('budgets', '--day', 'much')).code).toBe(2);
});
