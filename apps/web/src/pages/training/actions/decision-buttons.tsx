import type { TrainingDetail } from '@trainyard/contracts';
import { useState } from 'react';
import { useServerNow } from '../../../api/clock.ts';
import { useScope } from '../../../api/resources/access.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { formatUsd } from '../../../parts/words/format.ts';
import type { TrainingProps } from '../facts/queries.ts';
import { ActionQuestion } from './action-question.tsx';
import { AdoptDialog } from './adopt-dialog.tsx';

type Decision = 'adopt' | 'resubmit' | 'fail' | 'release';

const LABELS: Readonly<Record<Decision, string>> = {
  adopt: 'Adopt a run id',
  resubmit: 'Submit again',
  fail: 'Give up',
  release: 'Train anyway',
};

/** Decisions that wait for a person: an unconfirmed submission, a run without an answer, an unverified model, a budget hold. */
export function DecisionButtons({ training, subject }: TrainingProps) {
  const canWrite = useScope('write');
  const [open, setOpen] = useState<Decision>();
  const decisions = listDecisions(training, useServerNow());
  if (!canWrite) return null;
  const close = (): void => setOpen(undefined);
  const props = { training, subject, onClose: close };
  return (
    <>
      {decisions.map((each) => (
        <Button key={each} onClick={() => setOpen(each)}>
          {LABELS[each]}
        </Button>
      ))}
      {open === 'adopt' && <AdoptDialog {...props} />}
      {open === 'release' && <ReleaseQuestion {...props} />}
      {(open === 'resubmit' || open === 'fail') && <DeadRunQuestion {...props} action={open} />}
    </>
  );
}

/** The server decides whether a decision is allowed; the page offers those that may be. */
function listDecisions(training: TrainingDetail, now: number): readonly Decision[] {
  const { status, hold, needs_attention: attention, attempt_deadline: deadline, run_check: check } = training;
  if (status === 'unconfirmed') return ['adopt', 'resubmit', 'fail'];
  if (status === 'queued') return hold ? ['release'] : [];
  if (status === 'finalizing') return attention ? ['fail'] : [];
  const isOverdue = deadline !== null && Date.parse(deadline) < now;
  const hasRun = status === 'submitted' || status === 'running' || status === 'cancelling';
  return hasRun && isOverdue && check?.answer === 'unanswered' ? ['fail'] : [];
}

interface DecisionProps extends TrainingProps {
  readonly onClose: () => void;
}

function DeadRunQuestion({
  training,
  subject,
  onClose,
  action,
}: DecisionProps & { readonly action: 'resubmit' | 'fail' }) {
  const name = `${subject.name} · ${training.version_name ?? ''}`;
  const isFinalizing = training.status === 'finalizing';
  return (
    <ActionQuestion
      trainingId={training.id}
      action={{ path: 'resolve', body: { action, attempt: training.attempt, run_is_dead: true } }}
      title={action === 'resubmit' ? `Submit ${name} again?` : `Give up ${name}?`}
      keep={isFinalizing ? 'Keep verifying' : 'Keep checking'}
      act={LABELS[action]}
      kind="danger"
      confirm={
        isFinalizing
          ? 'I checked: the model cannot be used'
          : 'I checked at RunPod: this run no longer exists'
      }
      onClose={onClose}
    >
      <p>
        {action === 'resubmit'
          ? 'If the run exists, you pay twice.'
          : 'The training ends as failed, and no model is recorded. If the run exists, it goes on and costs.'}
      </p>
    </ActionQuestion>
  );
}

function ReleaseQuestion({ training, subject, onClose }: DecisionProps) {
  const cost = training.expected_usd;
  return (
    <ActionQuestion
      trainingId={training.id}
      action={{ path: 'release' }}
      title={`Train ${subject.name} · ${training.version_name ?? ''} although its budget has no room?`}
      keep="Keep waiting"
      act="Train anyway"
      onClose={onClose}
    >
      <p>{cost === null ? 'Its cost is unknown: GPU_TYPE is not set.' : `About ${formatUsd(cost)}.`}</p>
    </ActionQuestion>
  );
}
