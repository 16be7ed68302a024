import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AutoTrainRunView } from '@trainyard/contracts';
import { useRef, useState } from 'react';
import { getServerNow } from '../../api/clock.ts';
import { UnreachableError } from '../../api/http/problem.ts';
import {
  forgetPendingStart,
  type PendingStart,
  readPendingStart,
  reservePendingStart,
} from './pending-start.ts';
import { listChanges, planRun, type RunOrder, startRun, toConfirmedOrder } from './plan.ts';

/** The plan that is asked about, and the facts that changed since the question before. */
interface Asked {
  readonly plan: AutoTrainRunView;
  readonly changes: readonly string[];
}

/** State of a start: dry run, question, request. */
export interface StartRun {
  readonly asked: Asked | undefined;
  readonly isBusy: boolean;
  readonly error: unknown;
  /** Whether the last request has no answer: the next one sends the same key. */
  readonly isUnanswered: boolean;
  /** Plans the run anew, for the question. */
  readonly ask: () => void;
  /** Starts the run of the question, or asks again if facts changed. */
  readonly confirm: () => void;
}

/**
 * Starts an auto-train run in two steps: a dry run for the question, and after the answer a second dry run. If its facts
 * differ, they are listed and asked about again; otherwise the run starts, at most once per question.
 */
export function useStartRun(order: RunOrder, onStarted: (run: AutoTrainRunView) => void): StartRun {
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked>();
  const [unanswered, setUnanswered] = useState<PendingStart>();
  const ask = useMutation({
    mutationFn: () => planRun(order),
    onSuccess: (plan) => setAsked({ plan, changes: [] }),
  });
  const confirm = useMutation({
    mutationFn: () => (unanswered ? send(unanswered) : checkAndSend(order, asked?.plan)),
    onSuccess: (result) => {
      if ('changes' in result) return setAsked(result);
      setUnanswered(undefined);
      void client.invalidateQueries({ queryKey: ['auto-train'] });
      onStarted(result);
    },
    onError: (error) => {
      if (error instanceof UnreachableError) setUnanswered(readPendingStart());
    },
  });
  // A second click arrives before the first one is rendered as busy.
  const isSending = useRef(false);
  return {
    asked,
    isBusy: ask.isPending || confirm.isPending,
    error: confirm.error ?? ask.error,
    isUnanswered: unanswered !== undefined,
    ask: () => ask.mutate(),
    confirm: () => {
      if (isSending.current) return;
      isSending.current = true;
      confirm.mutate(undefined, {
        onSettled: () => {
          isSending.current = false;
        },
      });
    },
  };
}

async function checkAndSend(
  order: RunOrder,
  asked: AutoTrainRunView | undefined,
): Promise<AutoTrainRunView | Asked> {
  const plan = await planRun(order);
  const changes = asked ? listChanges(asked, plan, getServerNow()) : [];
  if (asked === undefined || changes.length > 0) return { plan, changes };
  return send(reservePendingStart(toConfirmedOrder(order, plan)));
}

/** Sends a start; a refusal is an answer too, so that only a lost answer keeps the key. */
export async function send({ order, key }: PendingStart): Promise<AutoTrainRunView> {
  try {
    const run = await startRun(order, key);
    forgetPendingStart();
    return run;
  } catch (error) {
    if (!(error instanceof UnreachableError)) forgetPendingStart();
    throw error;
  }
}
