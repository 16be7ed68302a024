import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { TrainingRequestBody, TrainingView } from '@trainyard/contracts';
import { request } from '../../../api/http/request.ts';

/** A start: the body of the form, and the ended training that it repeats. */
export interface Start {
  readonly body: TrainingRequestBody;
  readonly retryOf?: string | undefined;
}

/**
 * Starts a training and opens its page. One opening of the form sends one Idempotency-Key, also after a reload or a lost
 * answer, so that it starts at most one training; an edit makes a new key. @param opening key of the history entry
 */
export function useStart(actorId: string, opening: string, onStarted: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ body, retryOf }: Start) => {
      const { kind: _, subject_id: __, ...changes } = body;
      const path = retryOf === undefined ? '/api/trainings' : `/api/trainings/${retryOf}/retry`;
      const sent = retryOf === undefined ? body : changes;
      const idempotencyKey = readStartKey(actorId, `${opening} ${path} ${JSON.stringify(sent)}`);
      return request<TrainingView>(path, { method: 'POST', body: sent, idempotencyKey });
    },
    onSuccess: async ({ id }) => {
      forgetStartKey(actorId);
      onStarted();
      for (const key of ['slots', 'actors', 'preview']) void client.invalidateQueries({ queryKey: [key] });
      void client.invalidateQueries({ queryKey: ['trainings', 'list'] });
      await navigate({ to: '/trainings/$id', params: { id } });
    },
  });
}

const KEY = 'trainyard.start.';

/** The key of this start: the stored one while opening and values are the same, else a new one. */
function readStartKey(actorId: string, values: string): string {
  const stored = readStored(actorId);
  if (stored?.values === values) return stored.key;
  const key = crypto.randomUUID();
  try {
    sessionStorage.setItem(KEY + actorId, JSON.stringify({ key, values }));
  } catch {
    // A browser without storage forgets the key with the page.
  }
  return key;
}

function readStored(actorId: string): { readonly key: string; readonly values: string } | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(KEY + actorId) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

function forgetStartKey(actorId: string): void {
  try {
    sessionStorage.removeItem(KEY + actorId);
  } catch {
    // As above.
  }
}
