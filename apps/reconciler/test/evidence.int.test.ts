import { cancelTraining } from '@trainyard/application';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openYard, type Yard } from './yard.ts';

let yard: Yard;
beforeEach(async () => {
  // Long enough that a run outlasts what is tried on it on a busy machine.
  yard = await openYard({ pace: { durationMs: 240_000 } });
});
afterEach(async () => {
  expect(yard.standIn.history.doubleAcceptances()).toEqual([]);
  await yard.close();
});

const accepted = () => yard.standIn.history.jobs().length;

describe('an unclear submission whose run lived', () => {
  it('is not sent again when that run ends without a trace', async () => {
    yard.standIn.faults.push({ kind: 'drop', op: 'run', after_accepting: true });
    yard.standIn.faults.push({ kind: 'error', at_fraction: 0.9, message: 'worker exited with exit code 1' });
    expect(await yard.until(await yard.train(), 'failed')).toMatchObject({
      failure: { code: 'lost' },
      attemptsSpent: 1,
    });
    expect(accepted()).toBe(1);
  });
});

describe('a model under a name that two runs had at the same time', () => {
  it('is nobody’s by its name alone', async () => {
    yard.standIn.faults.push({
      kind: 'error',
      at_fraction: 0.9,
      message: 'No files were downloaded from S3',
    });
    yard.standIn.faults.push({ kind: 'output_key_ignored', times: 2 });
    const style = {
      subject: { kind: 'style', id: '16' } as const,
      force: true,
      images: ['s3://local/images/b.png'],
    };
    const first = await yard.train(style);
    await yard.until(first, 'running');
    const second = await yard.train({ ...style, hyperparameters: { max_train_steps: 500 } });
    await yard.until(second, 'completed');
    expect(await yard.until(first, 'failed')).toMatchObject({ failure: { class: 'data' } });
  });
});

describe('a cancel that the provider did not know the run of', () => {
  it('is sent again, and the run does not go on to its paid end', async () => {
    const training = await yard.train();
    await yard.until(training, 'running');
    yard.standIn.faults.push({
      kind: 'answer',
      op: 'cancel',
      http_status: 404,
      body: { error: 'not found' },
    });
    await cancelTraining(yard.deps, training.id, 'ana');
    await yard.until(training, 'cancelled');
    expect(yard.standIn.history.jobs().map(({ end_status }) => end_status)).toEqual(['CANCELLED']);
  });
});
