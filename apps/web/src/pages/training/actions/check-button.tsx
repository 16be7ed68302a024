import { useQueryClient } from '@tanstack/react-query';
import type { TrainingDetail } from '@trainyard/contracts';
import { RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { createTrainingQuery } from '../../../api/resources/queries.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { showToast } from '../../../parts/messages/toast.tsx';
import { useTrainingAction } from './use-action.ts';

/** What the page knew when the check was requested. */
interface Asked {
  readonly checkedAt: string | undefined;
  readonly rev: number;
  readonly since: number;
}

const READ_EVERY_MS = 1_000;
/** After this time without an answer the button is free again, and a message states it. */
const GIVE_UP_MS = 30_000;

/** Button that asks RunPod about the run now. It is busy until the answer has changed the training. */
export function CheckButton({ training }: { readonly training: TrainingDetail }) {
  const client = useQueryClient();
  const { mutate, isPending } = useTrainingAction(training.id);
  const [asked, setAsked] = useState<Asked>();
  const checkedAt = training.run_check?.at;
  const isAnswered = asked && (checkedAt !== asked.checkedAt || training.rev !== asked.rev);
  useEffect(() => {
    if (!asked) return;
    if (isAnswered) {
      setAsked(undefined);
      showToast('RunPod answered. The page shows its answer.');
      return;
    }
    const timer = setInterval(() => {
      if (performance.now() - asked.since > GIVE_UP_MS) {
        setAsked(undefined);
        showToast('No answer for 30 s. Trainyard goes on asking by itself.');
      } else void client.invalidateQueries(createTrainingQuery(training.id));
    }, READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [asked, isAnswered, client, training.id]);
  const ask = (): void =>
    mutate(
      { path: 'poll' },
      {
        onSuccess: () => setAsked({ checkedAt, rev: training.rev, since: performance.now() }),
        onError: (error) => showToast(`Not checked: ${error.message}`),
      },
    );
  return (
    <Button busy={isPending || asked !== undefined} onClick={ask}>
      <RefreshCw size={14} aria-hidden />
      {isPending || asked ? 'Checking…' : 'Check with RunPod now'}
    </Button>
  );
}
