import { describe, it } from 'vitest';
import { completeOnFleet } from './fleet.ts';

describe('a fleet of three dispatchers and two reconcilers', () => {
  it(
    'completes 200 trainings in order with at most two live runs while a dispatcher is killed every 3 s',
    {
      timeout: 460_000,
    },
    () => completeOnFleet({ trainings: 200, killEveryMs: 3_000, timeoutMs: 400_000 }),
  );
});
