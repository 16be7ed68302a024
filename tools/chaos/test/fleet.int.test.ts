import { describe, it } from 'vitest';
import { completeOnFleet } from './fleet.ts';

describe('a fleet of three dispatchers and two reconcilers', () => {
  it(
    'completes 40 trainings in order with at most two live runs while dispatchers are killed',
    {
      timeout: 240_000,
    },
    () => completeOnFleet({ trainings: 40, killEveryMs: 2_000, timeoutMs: 180_000 }),
  );
});
