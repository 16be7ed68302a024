import { describe, expect, it } from 'vitest';
import { FAILURE_CLASSES, type FailureClass } from './failure.ts';
import { type FailedInputs, getNextStep } from './next-step.ts';

const failure = (cls: FailureClass, code = 'x') => ({ class: cls, code, message: 'it broke' });
const inputs = (values: FailedInputs['hyperparameters'], validation = false): FailedInputs => ({
  hyperparameters: values,
  validation,
});

describe('the step after a failure', () => {
  it.each(FAILURE_CLASSES)('is one sentence for the class %s', (cls) => {
    expect(getNextStep(failure(cls), inputs({})).text).toMatch(/^[A-Z].+\.$/);
  });

  it.each([
    [
      inputs({ network_dim: 32 }, true),
      'Retry with rank 16 or without sample pictures.',
      { network_dim: 16 },
    ],
    [inputs({ network_dim: 16, batch_size: 4 }), 'Retry with batch size 1.', { batch_size: 1 }],
  ])('reduces the memory of a run that ran out of it', (given, text, hyperparameters) => {
    expect(getNextStep(failure('out_of_memory'), given)).toEqual({
      action: 'retry_with_changes',
      text,
      changes: { hyperparameters },
    });
  });

  it('omits the sample pictures of a small run that ran out of memory', () => {
    expect(getNextStep(failure('out_of_memory'), inputs({ network_dim: 16 }, true))).toMatchObject({
      changes: { validation: false },
    });
    expect(getNextStep(failure('out_of_memory'), inputs({ network_dim: 8 }))).not.toHaveProperty('changes');
  });

  it('halves the learning rate after a loss that is no number', () => {
    const step = getNextStep(failure('configuration', 'loss_nan'), inputs({ learning_rate: 0.00025 }));
    expect(step.changes).toEqual({ hyperparameters: { learning_rate: 0.000125 } });
  });

  it('names the setting of a failure with a known remedy', () => {
    expect(getNextStep(failure('unknown', 'output_missing'), inputs({})).text).toContain('OUTPUT_LOOKUP');
    expect(getNextStep(failure('configuration', 'constructor'), inputs({})).text).toContain('log');
  });
});
