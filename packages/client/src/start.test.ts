import { trainingStartSchema } from '@trainyard/contracts';
import { describe, expect, it } from 'vitest';
import { AmbiguousNameError } from './errors.ts';
import { toStartBody } from './start.ts';

const imageUrls = ['s3://bucket/user/style/image1.jpg', 's3://bucket/user/style/image2.jpg'];

describe('the body of POST /api/training/start', () => {
  it('has the fields of the legacy API', () => {
    const body = toStartBody(
      { kind: 'style', id: 'my-style-123' },
      { imageUrls, userId: 'user-456', tenantId: 'tenant-789', learningRate: 0.0005, maxTrainSteps: 1500 },
    );
    expect(trainingStartSchema.parse(body)).toEqual(body);
    expect(body.input.training_config).toEqual({
      mode: 'custom-styles',
      model_name: 'style_my-style-123',
      user_id: 'user-456',
      tenant_id: 'tenant-789',
      learning_rate: 0.0005,
      max_train_steps: 1500,
    });
  });
  it('contains the version in the model name', () => {
    const body = toStartBody({ kind: 'actor', id: '0019' }, { imageUrls, versionName: 'V7' });
    expect(body.input.training_config.model_name).toBe('actor_0019_V7');
  });
  it('is refused for an id that the model name would split', () => {
    expect(() => toStartBody({ kind: 'actor', id: 'ann_marie' }, { imageUrls })).toThrow(AmbiguousNameError);
  });
});
