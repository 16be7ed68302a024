import { POLICY_NAMES } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { openFullSystem, openTestSystem, type TestSystem } from './test-system.ts';

const BODY = { kind: 'actor', subject_id: '0019' };

async function preview({ call }: Pick<TestSystem, 'call'>, more: object = {}) {
  return (await call('POST', '/api/trainings/preview', { ...BODY, ...more })).json();
}

interface Check {
  readonly code: string;
  readonly state: string;
}

function findCheck(checks: readonly Check[], code: string): Check | undefined {
  return checks.find((each) => each.code === code);
}

describe('GET /api/hyperparameters', () => {
  it('describes every field that a request may set, with bound, choices and meaning', async () => {
    const system = await openTestSystem();
    const { fields, groups } = (await system.call('GET', '/api/hyperparameters')).json();
    const { hyperparameters } = await preview(system);
    const names = fields.map(({ name }: { name: string }) => name);
    expect(names.toSorted()).toEqual(Object.keys(hyperparameters).toSorted());
    expect(fields[0]).toEqual({
      name: 'max_train_steps',
      label: 'Steps',
      group: 'core',
      bound: { type: 'integer', min: 1, max: 100_000, text: 'a whole number, 1 to 100000' },
      choices: null,
      text: expect.any(String),
    });
    const scheduler = fields.find(({ name }: { name: string }) => name === 'lr_scheduler');
    expect(scheduler).toMatchObject({ choices: expect.arrayContaining(['cosine']), bound: { min: null } });
    expect(groups[0]).toEqual({ name: 'core', label: 'Training' });
  });

  it('describes the policies with the numbers of the settings, and the defaults of kinds and style form', async () => {
    const { call } = await openTestSystem({ env: { SB_HP_STYLE_LR: '0.001' } });
    const { policies, defaults } = (await call('GET', '/api/hyperparameters')).json();
    expect(policies.map(({ name }: { name: string }) => name)).toEqual(POLICY_NAMES);
    expect(policies[0].rows.at(-1)).toMatchObject({ kind: 'style', values: { learning_rate: 0.001 } });
    expect(policies[1].rows.map(({ name }: { name: string }) => name)).toEqual(['A', 'B', 'C', 'XL']);
    expect(defaults).toEqual({ actor: 'flux-presets', style: 'image-count', style_form: 'style-guide' });
    const set = await openTestSystem({ env: { STYLE_POLICY: 'image-count', ACTOR_POLICY: 'actor-tab' } });
    expect((await set.call('GET', '/api/hyperparameters')).json().defaults).toEqual({
      actor: 'actor-tab',
      style: 'image-count',
      style_form: 'image-count',
    });
  });
});

describe('a preview', () => {
  it('reads no image with inspect: false, and shows the findings of a stored report', async () => {
    const system = await openTestSystem();
    const reads: string[] = [];
    const { objects } = system.deps;
    for (const method of ['headUri', 'getUri', 'readStart'] as const) {
      const read = objects[method].bind(objects) as (...given: readonly unknown[]) => Promise<never>;
      Object.assign(objects, {
        [method]: (...given: readonly unknown[]) => {
          reads.push(String(given[0]));
          return read(...given);
        },
      });
    }
    const unchecked = await preview(system, { inspect: false });
    expect(reads).toEqual([]);
    expect(unchecked).toMatchObject({ data_checked: false, dataset: null, preset: 'A', version_name: 'V1' });
    expect(findCheck(unchecked.checks, 'captions')).toMatchObject({
      state: 'warning',
      message: 'Captions not checked yet',
    });
    const inspected = await preview(system);
    expect(reads.length).toBeGreaterThan(0);
    reads.length = 0;
    const known = await preview(system, { inspect: false, hyperparameters: { network_dim: 32 } });
    expect(reads).toEqual([]);
    const withoutText = (checks: readonly Check[]) => checks.map(({ code, state }) => ({ code, state }));
    expect(withoutText(known.checks)).toEqual(withoutText(inspected.checks));
    expect(known.data_checked).toBe(true);
    expect(known).toMatchObject({ hyperparameters: { network_alpha: 16 }, baseline: { network_dim: 16 } });
    const renamed = await preview(system, { inspect: false, trigger: 'ohwx' });
    expect(findCheck(renamed.checks, 'trigger')).toMatchObject({ message: 'Trigger not checked yet' });
  });

  it('names the place in the queue, the start, and the budgets after the training', async () => {
    const system = await openTestSystem({ env: { GPU_TYPE: 'A100', BUDGET_MONTH_USD: '150' } });
    const first = await preview(system);
    expect(first.start).toMatchObject({ position: 1, at: expect.any(String), waiting: null });
    expect(first.budgets).toMatchObject({
      day: { budget_usd: null },
      month: { budget_usd: 150, used_usd: 0, after_usd: first.estimate.cost_usd },
    });
    await system.call('PUT', '/api/dispatch', { paused: true, reason: 'holiday' });
    await system.call('POST', '/api/trainings', { ...BODY, subject_id: '0042' });
    const second = await preview(system);
    expect(second.start).toEqual({
      position: 2,
      at: null,
      waiting: { code: 'paused', until: null, text: 'paused: holiday' },
    });
    expect((await preview(system, { priority: 1 })).start.position).toBe(1);
  });

  it('names the live training of a busy subject, like the refusal of a start', async () => {
    const system = await openTestSystem();
    const { id } = (await system.call('POST', '/api/trainings', BODY)).json();
    const { checks } = await preview(system);
    expect(findCheck(checks, 'subject_busy')).toMatchObject({ state: 'error', training_id: id });
    const refused = (await system.call('POST', '/api/trainings', BODY)).json();
    expect(refused).toMatchObject({ status: 409, code: 'subject_busy', training_id: id });
  });

  it('warns of images in a foreign bucket, and of a folder that no worker can read', async () => {
    const images = ['s3://other-bucket/a/1.png'];
    const system = await openTestSystem();
    const { checks } = await preview(system, { images, inspect: false });
    expect(findCheck(checks, 'store')).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('other-bucket'),
      hint: expect.any(String),
    });
    const remote = await openTestSystem({
      env: { RUNPOD_ENDPOINT_BASE_URL: 'https://api.runpod.ai/v2', ALLOW_LOCAL_STORE: 'true' },
    });
    expect(findCheck((await preview(remote, { inspect: false })).checks, 'store')).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('folder'),
    });
  });
});

it('a dry run of auto-train lists the conditions of its start', async () => {
  const { call } = await openFullSystem();
  const order = { all: true, dry_run: true, include_unreviewed: true };
  const plan = (await call('POST', '/api/auto-train/runs', order)).json();
  expect(plan.checks.map(({ code }: Check) => code)).toEqual([
    'images',
    'captions',
    'trigger',
    'store',
    'callback',
    'dispatch',
    'subject_busy',
  ]);
  expect(findCheck(plan.checks, 'dispatch')).toMatchObject({ state: 'ok' });
  expect(findCheck(plan.checks, 'store')).toMatchObject({ state: 'ok' });
  await call('PUT', '/api/dispatch', { paused: true });
  const [first] = plan.enqueued;
  await call('POST', '/api/trainings', { kind: 'actor', subject_id: first.actor_id });
  const { checks } = (await call('POST', '/api/auto-train/runs', order)).json();
  expect(findCheck(checks, 'dispatch')).toMatchObject({ state: 'warning', message: 'paused' });
  expect(findCheck(checks, 'subject_busy')).toMatchObject({ state: 'warning' });
});
