import { createCloseStack, createLog } from '@trainyard/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { openDemo } from '../src/demo/open-demo.ts';
import { runProgram } from '../src/program.ts';

/** Opens the demo and a function that runs the CLI against it. */
async function openWorkingDay() {
  const closing = createCloseStack(createLog({ name: 'test', level: 'silent' }));
  onTestFinished(() => closing.close());
  const { trainyard } = await openDemo({ closing, report: () => undefined });
  const ran = async (...args: readonly string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const stream = (lines: string[]) =>
      ({ write: (text: string) => lines.push(text) }) as unknown as NodeJS.WriteStream;
    const source = { TRAINYARD_URL: trainyard.api.url };
    const code = await runProgram(args, { source, out: stream(out), err: stream(err) });
    return { code, out: out.join(''), err: err.join('') };
  };
  const done = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await ran(...args);
    expect(code, `trainyard ${args.join(' ')}\n${out}${err}`).toBe(0);
    return out;
  };
  return { ran, done, json: async (...args: readonly string[]) => JSON.parse(await done('--json', ...args)) };
}

test('the CLI supports a working day: candidates, dataset, preview, enqueue, watch, mark-good, budget, schedule and auto-train', async () => {
  const { ran, done, json } = await openWorkingDay();

  // Morning: eligible actors and their datasets.
  const { candidates } = await json('candidates');
  const eligible = candidates.filter((each: { eligible: boolean }) => each.eligible);
  expect(eligible).toHaveLength(7);
  const [{ actor_id: first }, { actor_id: second }] = eligible;
  expect(await done('dataset', first)).toMatch(/images/i);
  const preview = await json('preview', first);
  expect(preview).toMatchObject({ policy: 'flux-presets', version_name: 'V1' });

  // Two trainings of the same actor, followed to their ends as plain lines.
  const one = await json('enqueue', first, '--set', 'max_train_steps=500');
  expect(await done('watch', one.id)).toMatch(/completed/);
  const two = await json('enqueue', first, '--policy', 'image-count', '--version-name', 'softer');
  await done('watch', two.id);
  expect(await done('list', '--status', 'completed')).toMatch(/softer/);
  expect(await done('show', two.id)).toMatch(/completed/);

  // The better version is good; a mistaken training is cancelled before submission.
  await done('mark-good', first, 'softer');
  await done('pause', '--reason', 'lunch');
  const mistaken = await json('enqueue', second);
  await done('cancel', mistaken.id);
  expect((await ran('watch', mistaken.id)).code).toBe(5);
  await done('resume');

  // Evening: a budget, a schedule and the remaining actors.
  await done('budgets', '--day', '200');
  await done('schedule', 'set', '0 22 * * *', '--tz', 'Europe/Berlin', '--limit', '20');
  const report = await done('auto-train', '--limit', '2', '--yes', '--watch');
  expect(report).toContain('Total actors processed: 2');
  expect(report).toContain('Successful: 2');
  expect(report).toContain('Failed: 0');

  // Next morning: the cost, and the trained actors await a verdict.
  await expect.poll(() => done('runs'), { timeout: 20_000 }).toMatch(/ended/);
  expect((await json('budgets')).day.spent_usd).toBeGreaterThan(0);
  expect(await done('auto-train', '--all', '--dry-run')).toContain('Would train: 4');
});
