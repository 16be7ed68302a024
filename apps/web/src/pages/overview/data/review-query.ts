import { queryOptions } from '@tanstack/react-query';
import type { versionListSchema } from '@trainyard/contracts';
import { request } from '../../../api/http/request.ts';
import { toTrainingPicturePath } from '../../../api/resources/pictures.ts';
import type { Output } from '../../../api/resources/types.ts';

type Versions = Output<typeof versionListSchema>['versions'];

/** Newest version of an actor without a verdict, with its first sample; null without one. */
export function createReviewQuery(actorId: string) {
  return queryOptions({
    queryKey: ['actors', 'review', actorId],
    queryFn: async ({ signal }) => {
      const path = `/api/actors/${encodeURIComponent(actorId)}/training-versions`;
      const { versions } = await request<{ readonly versions: Versions }>(path, { signal });
      const version = versions.findLast((each) => each.awaiting_review);
      const sample = version?.pictures.find(({ kind }) => kind === 'sample');
      if (!version) return null;
      const { training_id: trainingId } = version;
      return {
        name: version.name,
        ...(typeof trainingId === 'string' &&
          sample && { path: toTrainingPicturePath(trainingId, sample.name) }),
      };
    },
  });
}
