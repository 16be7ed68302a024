import { queryOptions } from '@tanstack/react-query';
import type {
  actorImagesSchema,
  actorTrainingDataSchema,
  captionSchema,
  versionListSchema,
  versionViewSchema,
} from '@trainyard/contracts';
import { request } from '../http/request.ts';
import type { Output } from './types.ts';

/** Actor or style with its readable name. */
export interface SubjectRef {
  readonly kind: 'actor' | 'style';
  readonly id: string;
  readonly name: string;
}

/** Version of a subject. */
export type Version = Output<typeof versionViewSchema>;
/** Images of an actor, as the catalogue lists them. */
export type ActorImages = Output<typeof actorImagesSchema>;
/** Image of an actor. */
export type ActorImage = ActorImages['images'][number];
/** Training data of an actor with the report on images and captions. */
export type TrainingData = Output<typeof actorTrainingDataSchema>;
/** Finding about images or captions. */
export type Finding = NonNullable<TrainingData['report']>['findings'][number];

/** Versions of a subject in the order of its manifest. */
export function createVersionsQuery({ kind, id }: Pick<SubjectRef, 'kind' | 'id'>) {
  return queryOptions({
    queryKey: [`${kind}s`, 'versions', id],
    queryFn: async ({ signal }): Promise<readonly Version[]> => {
      const path = `/api/${kind}s/${encodeURIComponent(id)}/training-versions`;
      return (await request<Output<typeof versionListSchema>>(path, { signal })).versions;
    },
  });
}

/** Images of an actor with the state of their captions. */
export function createActorImagesQuery(id: string) {
  return queryOptions({
    queryKey: ['actors', 'images', id],
    queryFn: ({ signal }) => request<ActorImages>(`/api/actors/${encodeURIComponent(id)}/images`, { signal }),
  });
}

/** Training data of an actor with the findings about it. */
export function createTrainingDataQuery(id: string) {
  return queryOptions({
    queryKey: ['actors', 'training-data', id],
    queryFn: ({ signal }) =>
      request<TrainingData>(`/api/actors/${encodeURIComponent(id)}/training-data`, { signal }),
  });
}

/** Caption of an image of an actor. */
export function createCaptionQuery(id: string, name: string) {
  return queryOptions({
    queryKey: ['actors', 'captions', id, name],
    queryFn: ({ signal }) =>
      request<Output<typeof captionSchema>>(
        `/api/actors/${encodeURIComponent(id)}/captions/${encodeURIComponent(name)}`,
        { signal },
      ),
  });
}
