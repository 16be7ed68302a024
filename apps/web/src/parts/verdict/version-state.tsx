import type { Version } from '../../api/resources/versions.ts';
import { WordLabel } from '../words/state-label.tsx';
import { FAILURE_WORDS, type StateWord } from '../words/state-words.ts';

type Word = Omit<StateWord, 'sentence'>;

const STATES: Readonly<Record<Exclude<Version['status'], 'completed' | 'failed'>, Word>> = {
  submitting: { text: 'Submitting', tone: 'info', icon: 'sending' },
  pending: { text: 'Queued or waiting for GPU', tone: 'info', icon: 'waiting' },
  training: { text: 'Training', tone: 'accent', icon: 'training' },
  cancelled: { text: 'Cancelled', tone: 'muted', icon: 'cancelled' },
};

/** State of a version: the verdict on a completed one, else its status with the class of its failure. */
export function VersionState({ version }: { readonly version: Version }) {
  return <WordLabel word={findWord(version)} />;
}

function findWord({ status, verdict, awaiting_review: waits, failure }: Version): Word {
  if (status === 'failed') {
    const cause = failure ? `: ${FAILURE_WORDS[failure.class]}` : '';
    return { text: `Failed${cause}`, tone: 'danger', icon: 'failed' };
  }
  if (status !== 'completed') return STATES[status];
  if (verdict === 'good') return { text: 'Good', tone: 'ok', icon: 'good' };
  if (verdict === 'not_good') return { text: 'Not good', tone: 'muted', icon: 'not_good' };
  return waits
    ? { text: 'Ready to review', tone: 'ok', icon: 'ready' }
    : { text: 'No verdict', tone: 'muted', icon: 'question' };
}
