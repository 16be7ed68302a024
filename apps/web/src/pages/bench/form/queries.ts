import { queryOptions } from '@tanstack/react-query';
import type { HyperparametersView, PreviewView, TrainingRequestBody } from '@trainyard/contracts';
import { ProblemError } from '../../../api/http/problem.ts';
import { request } from '../../../api/http/request.ts';

/** Field of the form: label, bound, choices and meaning of a hyperparameter. */
export type HyperparameterField = HyperparametersView['fields'][number];

/** Fields and policies of the form. They change with the settings of the server only. */
export const hyperparametersQuery = queryOptions({
  queryKey: ['hyperparameters'],
  queryFn: ({ signal }) => request<HyperparametersView>('/api/hyperparameters', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

const RETRY_MS = 5_000;

function isRefusal(error: Error): boolean {
  return error instanceof ProblemError && error.problem.status < 500;
}

/** The request as it would be sent. `inspect` reads each image and caption; `state` changes with queue and dispatch. */
export function createPreviewQuery(body: TrainingRequestBody, inspect: boolean, state: string) {
  return queryOptions({
    queryKey: ['preview', body.subject_id, body, inspect, state],
    queryFn: ({ signal }) =>
      request<PreviewView>('/api/trainings/preview', {
        method: 'POST',
        body: { ...body, inspect },
        signal,
      }),
    staleTime: 60_000,
    retry: false,
    // A server that is away is asked again; a refusal stays until a value is corrected.
    refetchInterval: ({ state: { error } }) => (error && !isRefusal(error) ? RETRY_MS : false),
  });
}
