import type { Catalogue, ChangeFeed, DatasetReports, Log, Manifests } from '@trainyard/application';
import { type Subject, toSubject } from '@trainyard/domain';

/** The ports through which the documents of subjects change. */
export interface SubjectPorts {
  readonly catalogue: Catalogue;
  readonly manifests: Manifests;
  readonly datasetReports: DatasetReports;
}

/**
 * Publishes each change of a subject on the feed, so that every process and every page learns of it: a version or a verdict,
 * training data, selection sets, and images or captions, whose change invalidates the dataset report. A change that cannot be
 * published is logged, because it is saved.
 */
export function publishSubjectChanges(
  { catalogue, manifests, datasetReports }: SubjectPorts,
  { feed, log }: { readonly feed: Pick<ChangeFeed, 'publish'>; readonly log: Log },
): SubjectPorts {
  const publish: Publish = async (subject) => {
    try {
      await feed.publish({ kind: 'subject', subject });
    } catch (error) {
      log.warn('subject_change_not_published', { subject: subject.id, error });
    }
  };
  return {
    catalogue: { ...catalogue, ...createPublishingCatalogue(catalogue, publish) },
    manifests: { ...manifests, ...createPublishingManifests(manifests, publish) },
    datasetReports: {
      ...datasetReports,
      invalidate: async (subject, at) => {
        await datasetReports.invalidate(subject, at);
        await publish(subject);
      },
    },
  };
}

type Publish = (subject: Subject) => Promise<void>;

function createPublishingCatalogue(catalogue: Catalogue, publish: Publish): Partial<Catalogue> {
  const publishStyle = async <T>(styleId: string, result: T): Promise<T> => {
    await publish({ kind: 'style', id: styleId });
    return result;
  };
  return {
    // The flags follow the manifest, whose write is published too: a page that reads in between reads again.
    setActorFlags: async (id, flags) => {
      await catalogue.setActorFlags(id, flags);
      await publish(toSubject('actor', id));
    },
    setStyleGood: async (styleId, good) => publishStyle(styleId, await catalogue.setStyleGood(styleId, good)),
    setTrainingData: async (changes) => {
      await catalogue.setTrainingData(changes);
      for (const id of changes.keys()) await publish(toSubject('actor', id));
    },
    createSelectionSet: async (styleId, set) =>
      publishStyle(styleId, await catalogue.createSelectionSet(styleId, set)),
    updateSelectionSet: async (styleId, id, change) =>
      publishStyle(styleId, await catalogue.updateSelectionSet(styleId, id, change)),
    deleteSelectionSet: async (styleId, id) =>
      publishStyle(styleId, await catalogue.deleteSelectionSet(styleId, id)),
  };
}

function createPublishingManifests(manifests: Manifests, publish: Publish): Partial<Manifests> {
  const publishAfter =
    <A extends readonly unknown[], T>(write: (subject: Subject, ...args: A) => Promise<T>) =>
    async (subject: Subject, ...args: A): Promise<T> => {
      const result = await write(subject, ...args);
      await publish(subject);
      return result;
    };
  return {
    openVersion: publishAfter(manifests.openVersion),
    finalizeVersion: publishAfter(manifests.finalizeVersion),
    setVerdicts: publishAfter(manifests.setVerdicts),
    setCustomModelsGood: publishAfter(manifests.setCustomModelsGood),
    setTrainingDataGood: publishAfter(manifests.setTrainingDataGood),
    upsertVersion: publishAfter(manifests.upsertVersion),
    mergeManifest: publishAfter(manifests.mergeManifest),
  };
}
