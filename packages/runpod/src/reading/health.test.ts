import type { HealthResult } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../http/faults.ts';
import { readHealth } from './health.ts';

function health(json: unknown, httpStatus = 200): HealthResult {
  return readHealth({ kind: 'answer', answer: { httpStatus, json } }, createRedactor([]));
}

describe('the health of an endpoint', () => {
  it('holds all counts, and only the reported kinds of workers', () => {
    const jobs = { completed: 1, failed: 5, inProgress: 2, inQueue: 3, retried: 4 };
    expect(health({ jobs, workers: { idle: 1, running: 2, other: 9 } })).toEqual({
      kind: 'health',
      health: { jobs, workers: { idle: 1, running: 2 } },
    });
  });

  it.each([
    [{}],
    [{ jobs: {} }],
    [{ jobs: { inQueue: 0 } }],
    [{ jobs: { inQueue: 0, inProgress: null } }],
    [{ jobs: { inQueue: 0, inProgress: -1 } }],
    [undefined],
  ])('is unavailable when a live count is absent: %j', (json) => {
    expect(health(json).kind).toBe('unavailable');
  });

  it('is denied for an unknown endpoint', () => {
    expect(health({}, 404)).toMatchObject({ kind: 'denied', scope: 'endpoint' });
  });
});
