import { transition } from '@trainyard/domain';
import { buildAttempt, buildTraining } from '@trainyard/testing/builders';
import { describe, expect, it } from 'vitest';
import { rebuildTraining } from './rebuild-training.ts';

const deps = {
  clock: { now: () => 500 },
  ids: { nonce: () => 'nonce' },
  settings: { endpointId: 'ep', containerOutputDir: '/output' },
} as Parameters<typeof rebuildTraining>[0];

/** A queued training with a base field that this release does not know. */
function buildUnknownField() {
  return {
    ...buildTraining({ request: { budgetUsd: 9, expected: { durationSeconds: 1, costUsd: 3 } } }),
    addedLater: 'x',
  };
}

describe('a recovered training whose submission may have been in flight', () => {
  it('keeps every base field, also a field that a later release adds', () => {
    const queued = buildUnknownField();
    const event = {
      type: 'submission_started',
      at: 5,
      cause: 'dispatcher',
      attempt: buildAttempt(),
    } as const;
    const { training: submitting } = transition(queued, event);
    const rebuilt = rebuildTraining(deps, submitting, undefined);
    const { queuedAt: _, status: __, rev: ___, changedAt: ____, ...base } = queued;
    expect(rebuilt).toMatchObject({ ...base, attemptsStarted: 1, versionName: 'V1' });
    expect(rebuilt).toMatchObject({ status: 'unconfirmed', rev: 3, changedAt: 500, since: 500 });
    expect(rebuilt).toHaveProperty('attempt', buildAttempt());
  });

  it('adopts the later attempt of the manifest and drops the fields of the former state', () => {
    const queued = { ...buildUnknownField(), notBefore: 1, reason: 'r', lockToken: 'old' };
    const version = { name: 'V2', attempt: 4, timestamp: '1970-01-01T00:00:00.200Z' };
    const rebuilt = rebuildTraining(deps, queued, version as Parameters<typeof rebuildTraining>[2]);
    expect(rebuilt).toMatchObject({
      addedLater: 'x',
      reservedUsd: 3,
      budgetUsd: 9,
      status: 'unconfirmed',
      attemptsStarted: 4,
      versionName: 'V2',
      attempt: { number: 4, startedAt: 200, lockToken: 'nonce' },
    });
    for (const field of ['notBefore', 'queuedAt', 'lockToken', 'needsAttention'])
      expect(rebuilt).not.toHaveProperty(field);
  });
});
