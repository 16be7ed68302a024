import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TrainingView } from '@trainyard/contracts';
import { useState } from 'react';
import { createIdempotencyKey } from '../../../api/http/idempotency-key.ts';
import { request } from '../../../api/http/request.ts';
import { patchTraining } from '../../../api/resources/training-cache.ts';

/** Request that changes a training: the last part of its path and its body. */
export interface TrainingAction {
  readonly path: 'cancel' | 'poll' | 'release' | 'resolve';
  readonly body?: unknown;
}

/**
 * Sends actions on a training. Nothing changes on the page before the answer; the answer is the training, which enters the
 * cache. A key per opening lets the server answer a repeated request once.
 */
export function useTrainingAction(id: string) {
  const client = useQueryClient();
  const [key, setKey] = useState(createIdempotencyKey);
  return useMutation({
    mutationFn: ({ path, body }: TrainingAction) =>
      request<TrainingView>(`/api/trainings/${encodeURIComponent(id)}/${path}`, {
        method: 'POST',
        body: body ?? {},
        idempotencyKey: key,
      }),
    onSuccess: (training) => {
      setKey(createIdempotencyKey());
      patchTraining(client, training);
      void client.invalidateQueries({ queryKey: ['trainings'] });
      void client.invalidateQueries({ queryKey: ['slots'] });
    },
    // A refusal that depends on the state may end: the next try is a new request.
    onError: () => setKey(createIdempotencyKey()),
  });
}
