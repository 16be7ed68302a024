import { expect, test } from 'vitest';
import { openTestSystem } from './test-system.ts';

test('the CLI shows and changes budgets and releases a held training', async () => {
  const system = await openTestSystem({ GPU_TYPE: 'A100' });
  await system.deps.objects.put('images/a.png', new Uint8Array(20_000));
  const url = await system.serve();
  const ran = (...args: readonly string[]) => system.ran('--url', url, ...args);

  expect((await ran('budgets', '--day', '12.50', '--month', 'none')).code).toBe(0);
  const shown = await ran('budgets');
  expect(shown.out).toMatch(
    /BUDGET +SPENT +COST UNKNOWN +COMMITTED +LEFT\n\d{4}-\d\d-\d\d +\$12\.50 +\$0\.00/,
  );
  expect(shown.out).toContain('Time zone of days and months: UTC');

  const request = [
    'enqueue',
    '--kind',
    'actor',
    '0019',
    '--image',
    system.deps.objects.toUri('images/a.png'),
    '--trigger',
    'ohwx',
  ];
  await ran('budgets', '--day', '0.5');
  const waiting = (await ran(...request)).out;
  expect(waiting).toMatch(/Reason +budget: the day .* the next training needs \$1\.80/);
  expect(waiting).toMatch(/Waits until +\d{4}-\d\d-\d\d \d\d:\d\d:00 /);
  const rejected = await ran(...request, '--force', '--on-budget', 'reject');
  expect([rejected.code, rejected.err]).toEqual([
    4,
    expect.stringContaining('the budget of the day has $0.50 left'),
  ]);
  await ran('budgets', '--day', '12.50');
  await ran('cancel', JSON.parse((await ran('--json', 'list')).out).trainings[0].id);
  const refused = await ran(...request, '--budget-usd', '0.01', '--on-budget', 'reject');
  expect([refused.code, refused.err]).toEqual([
    4,
    expect.stringContaining('the budget of the training has $0.01 left'),
  ]);
  const held = JSON.parse((await ran('--json', ...request, '--budget-usd', '0.01')).out);
  expect((await ran('show', held.id)).out).toMatch(/Reason +budget: the estimated cost is/);
  expect(JSON.parse((await ran('--json', 'release', held.id, '--by', 'ana')).out)).toMatchObject({
    hold: null,
  });
  expect((await ran('budgets', '--batch', 'b1')).code).toBe(2);
  expect((await ran('budgets', '--day', 'much')).code).toBe(2);
});
