import { cancelTraining } from '@trainyard/application';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
beforeEach(async () => {
  // Long enough that a run outlasts what is tried on it on a busy machine.
  system = await openTestSystem({ pace: { durationMs: 240_000 } });
});
afterEach(async () => {
  expect(system.simulator.history.doubleAcceptances()).toEqual([]);
  await system.close();
});

function countAccepted() {
  return system.simulator.history.jobs().length;
}

describe('an unclear submission whose run lived', () => {
  it('is not sent again when that run ends without a trace', async () => {
    system.simulator.faults.push({ kind: 'drop', op: 'run', after_accepting: true });
    system.simulator.faults.push({
      kind: 'error',
      at_fraction: 0.9,
      message: 'worker exited with exit code 1',
    });
    expect(await system.waitForStatus(await system.accept(), 'failed')).toMatchObject({
      failure: { code: 'lost' },
      attemptsSpent: 1,
    });
    expect(countAccepted()).toBe(1);
  });
});

describe('a model under a name that two runs had at the same time', () => {
  it('is nobody’s by its name alone', async () => {
    system.simulator.faults.push({
      kind: 'error',
      at_fraction: 0.9,
      message: 'No files were downloaded from S3',
    });
    system.simulator.faults.push({ kind: 'output_key_ignored', times: 2 });
    const style = {
      subject: { kind: 'style', id: '16' } as const,
      force: true,
      images: ['s3://local/images/b.png'],
    };
    const first = await system.accept(style);
    await system.waitForStatus(first, 'running');
    const second = await system.accept({ ...style, hyperparameters: { max_train_steps: 500 } });
    await system.waitForStatus(second, 'completed');
    expect(await system.waitForStatus(first, 'failed')).toMatchObject({ failure: { class: 'data' } });
  });
});

describe('a cancel that the provider did not know the run of', () => {
  it('is sent again, and the run does not go on to its paid end', async () => {
    const training = await system.accept();
    await system.waitForStatus(training, 'running');
    system.simulator.faults.push({
      kind: 'answer',
      op: 'cancel',
      http_status: 404,
      body: { error: 'not found' },
    });
    await cancelTraining(system.deps, training.id, 'ana');
    await system.waitForStatus(training, 'cancelled');
    expect(system.simulator.history.jobs().map(({ end_status }) => end_status)).toEqual(['CANCELLED']);
  });
});
