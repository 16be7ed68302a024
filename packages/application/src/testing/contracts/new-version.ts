import type { NewVersion } from '../../ports/storage/manifests.ts';

/** A version as the dispatcher opens it. */
export function createNewVersion(trainingId: string, more: Partial<NewVersion> = {}): NewVersion {
  return {
    training_id: trainingId,
    timestamp: '2026-11-22T10:00:00.000Z',
    parameters: { network_dim: 16, learning_rate: 0.00025 },
    policy: 'flux-presets',
    status: 'submitting',
    imageCount: 23,
    attempt: 1,
    ...more,
  };
}
