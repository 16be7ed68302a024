import { InvalidRequestError } from '@trainyard/application';
import type { TrainingStartBody } from '@trainyard/contracts';
import { describe, expect, it } from 'vitest';
import { parseLegacyRequest, resolveCallerWebhook, toLegacyError } from './legacy-command.ts';

function body(config: Partial<TrainingStartBody['input']['training_config']> = {}): TrainingStartBody {
  return {
    input: {
      training_data: { s3_urls: ['s3://bucket/actors/a.png'] },
      training_config: {
        mode: 'custom-actors',
        request_id: '0000_1234567890',
        model_name: 'actor_0000_V1',
        learning_rate: 0.0004,
        max_train_steps: 2000,
        ...config,
      },
    },
  };
}

describe('a legacy request', () => {
  it('names subject and version by its model name', () => {
    expect(parseLegacyRequest(body())).toMatchObject({
      subject: { kind: 'actor', id: '0000' },
      versionName: 'V1',
      modelName: 'actor_0000_V1',
      requestId: '0000_1234567890',
      hyperparameters: { learning_rate: 0.0004, max_train_steps: 2000 },
    });
  });

  it('reads a subject id with underscores by means of the request id', () => {
    const style = { mode: 'custom-styles', model_name: 'style_16_b_test_v1' } as const;
    expect(parseLegacyRequest(body({ ...style, request_id: '16_b_1234567890' }))).toMatchObject({
      subject: { kind: 'style', id: '16_b' },
      versionName: 'test_v1',
    });
    expect(parseLegacyRequest(body({ ...style, request_id: '16_1234567890' }))).toMatchObject({
      subject: { kind: 'style', id: '16' },
      versionName: 'b_test_v1',
    });
    expect(
      parseLegacyRequest(body({ ...style, model_name: 'style_16_b', request_id: '16_b_1' })),
    ).not.toHaveProperty('versionName');
  });

  it('names the subject by its request id when the model name does not', () => {
    const config = { mode: 'custom-styles', model_name: 'my-lora', request_id: '16_1234567890' } as const;
    expect(parseLegacyRequest(body(config)).subject).toEqual({ kind: 'style', id: '16' });
  });

  it('is refused when mode and model name disagree or no field names a subject', () => {
    expect(() => parseLegacyRequest(body({ mode: 'custom-styles' }))).toThrow(
      /names the kind actor, but mode is custom-styles/,
    );
    expect(() => parseLegacyRequest(body({ model_name: 'x', request_id: undefined }))).toThrow(
      /does not name the actor/,
    );
  });

  it('reports faults with the paths of its own body', () => {
    const error = toLegacyError(
      new InvalidRequestError([
        { path: 'images.0', message: 'bad' },
        { path: 'workflow.107.output_dir', message: 'bad' },
        { path: 'hyperparameters.learning_rate', message: 'bad' },
      ]),
    ) as InvalidRequestError;
    expect(error.issues.map(({ path }) => path)).toEqual([
      'input.training_data.s3_urls.0',
      'input.workflow.107.output_dir',
      'input.training_config.learning_rate',
    ]);
  });
});

describe('the webhook of a legacy request', () => {
  const own = ['train.example.com', 'localhost:8787'];

  it.each([
    'https://abc123.ngrok.io/api/training-webhook',
    'https://x.example.org/core/training-webhooks/runpod-serverless?token=1',
    'https://TRAIN.example.com/anything',
    'http://localhost:8787/hook',
  ])('is dropped when it leads to Trainyard: %s', (url) => {
    expect(resolveCallerWebhook(url, own)).toEqual({ dropped: true });
  });

  it('is kept when it leads to the caller', () => {
    for (const url of ['https://hooks.example.org/done', 'http://localhost:5173/done'])
      expect(resolveCallerWebhook(url, own)).toEqual({ notifyUrl: url, dropped: false });
    expect(resolveCallerWebhook(undefined, own)).toEqual({ dropped: false });
  });
});
