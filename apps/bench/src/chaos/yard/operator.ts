import type { TrainingIn } from '@trainyard/domain';
import { readHistory } from '@trainyard/runpod-stand-in';
import type { Yard } from './yard.ts';

/** The run that the provider's own list of requests shows for an attempt; a person sees it there, the API does not. */
const seenOnConsole = ({ historyFile }: Yard, { id, attempt }: TrainingIn<'unconfirmed'>) =>
  readHistory(historyFile)
    .jobs()
    .find((job) => job.training_id === id && job.attempt === attempt.number);

const answer = async (yard: Yard, training: TrainingIn<'unconfirmed'>): Promise<void> => {
  const run = seenOnConsole(yard, training);
  const body = run
    ? { action: 'adopt', runpod_job_id: run.job_id }
    : { action: 'resubmit', run_is_dead: true };
  await yard.api.insist({ method: 'POST', path: `/api/trainings/${training.id}/resolve`, body });
};

/** A person who looks at what asks for one, and gives their word on a submission that the evidence left open. */
export const attend = async (yard: Yard, trainingIds: readonly string[]): Promise<void> => {
  for (const id of trainingIds) {
    const training = await yard.deps.store.load(id);
    if (training?.status === 'unconfirmed' && training.needsAttention) await answer(yard, training);
  }
};
