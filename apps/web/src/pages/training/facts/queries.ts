import { queryOptions, useQuery } from '@tanstack/react-query';
import type {
  HyperparametersView,
  PreviewView,
  TrainingDetail,
  TrainingProgressView,
  TrainingView,
} from '@trainyard/contracts';
import { request } from '../../../api/http/request.ts';
import { createActorQuery } from '../../../api/resources/queries.ts';
import type { StyleDetail } from '../../../api/resources/types.ts';

/** Loss curves and times of the attempts; live events append the reports. */
export function createProgressQuery(id: string) {
  return queryOptions({
    queryKey: ['trainings', 'progress', id],
    queryFn: ({ signal }) =>
      request<TrainingProgressView>(`/api/trainings/${encodeURIComponent(id)}/progress`, { signal }),
  });
}

/** Attempts of a training with their curves. */
export type Attempts = TrainingProgressView['attempts'];

function createStyleQuery(id: string) {
  return queryOptions({
    queryKey: ['styles', 'detail', id],
    queryFn: ({ signal }) => request<StyleDetail>(`/api/styles/${encodeURIComponent(id)}`, { signal }),
  });
}

/** Subject of a training with its readable name; the name is the id until the catalogue has answered. */
export function useSubject({ kind, subject_id: id }: Pick<TrainingView, 'kind' | 'subject_id'>) {
  const actor = useQuery({ ...createActorQuery(id), enabled: kind === 'actor' });
  const style = useQuery({ ...createStyleQuery(id), enabled: kind === 'style' });
  const name = (kind === 'actor' ? actor : style).data?.name;
  return { kind, id, name: name ?? `${kind === 'actor' ? 'Actor' : 'Style'} ${id}` };
}

/** Subject with its readable name. */
type Subject = ReturnType<typeof useSubject>;

/** Properties of the parts of a training's page. */
export interface TrainingProps {
  readonly training: TrainingDetail;
  readonly subject: Subject;
}

/** Fields of the hyperparameters with labels and groups. */
export const hyperparametersQuery = queryOptions({
  queryKey: ['hyperparameters'],
  queryFn: ({ signal }) => request<HyperparametersView>('/api/hyperparameters', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The values that the policy of a training recommends for its images. */
export function createRecommendedQuery({
  kind,
  subject_id,
  images,
  trigger,
  policy,
  pruned_at,
}: TrainingDetail) {
  const body = { kind, subject_id, images, trigger, policy, inspect: false };
  return queryOptions({
    queryKey: ['preview', subject_id, 'recommended', body],
    queryFn: ({ signal }) => request<PreviewView>('/api/trainings/preview', { method: 'POST', body, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    enabled: pruned_at === null && images.length > 0,
  });
}
