import type { Catalogue, DatasetReports, Manifests, PublishedChange } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { publishSubjectChanges } from './publish-subject-changes.ts';

function openPorts(publish: (change: PublishedChange) => Promise<void>) {
  const warnings: string[] = [];
  const ports = {
    catalogue: { setActorFlags: async () => undefined, listActors: async () => [] } as unknown as Catalogue,
    manifests: { setTrainingDataGood: async () => undefined } as unknown as Manifests,
    datasetReports: { invalidate: async () => undefined } as unknown as DatasetReports,
  };
  const log = { info: () => undefined, warn: (event: string) => void warnings.push(event) };
  const published = publishSubjectChanges(ports, {
    feed: { publish },
    log: { ...log, error: () => undefined },
  });
  return { ...published, warnings };
}

const actor = { kind: 'actor', id: '0019' } as const;

describe('a change of a subject', () => {
  it('is published after its write, in the long spelling of the id, and reads publish nothing', async () => {
    const changes: PublishedChange[] = [];
    const ports = openPorts(async (change) => void changes.push(change));
    await ports.catalogue.listActors();
    await ports.manifests.setTrainingDataGood(actor, true);
    await ports.catalogue.setActorFlags('19', { trainingDataGood: true });
    await ports.datasetReports.invalidate({ kind: 'style', id: '16' }, 1);
    expect(changes.map((change) => change.kind === 'subject' && change.subject)).toEqual([
      actor,
      actor,
      { kind: 'style', id: '16' },
    ]);
  });

  it('stays saved when it cannot be published', async () => {
    const ports = openPorts(() => Promise.reject(new Error('Redis is away')));
    await ports.manifests.setTrainingDataGood(actor, true);
    expect(ports.warnings).toEqual(['subject_change_not_published']);
  });
});
