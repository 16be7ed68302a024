import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download, Link2 } from 'lucide-react';
import { useScope } from '../../../api/resources/access.ts';
import { createVersionsQuery } from '../../../api/resources/versions.ts';
import buttonStyles from '../../../parts/controls/button.module.css';
import { Button } from '../../../parts/controls/button.tsx';
import { ScopeNote } from '../../../parts/controls/scope-note.tsx';
import { showToast } from '../../../parts/messages/toast.tsx';
import { formatBytes } from '../../../parts/words/format.ts';
import { isEnded } from '../facts/phases.ts';
import type { TrainingProps } from '../facts/queries.ts';
import styles from './actions.module.css';
import { CancelButton } from './cancel-button.tsx';
import { CheckButton } from './check-button.tsx';
import { EditAndRetry } from './retry-button.tsx';

/** Actions of the head. Without the scope a sentence takes the place of the actions that change the training. */
export function Actions({ training, subject }: TrainingProps) {
  const canWrite = useScope('write');
  const ended = isEnded(training);
  return (
    <div className={styles.actions}>
      {ended && <ModelActions training={training} subject={subject} />}
      {canWrite && !ended && training.status !== 'queued' && <CheckButton training={training} />}
      <CopyLink />
      {canWrite && !ended && (
        <div className={styles.sticky}>
          <CancelButton training={training} subject={subject} />
        </div>
      )}
      {canWrite && ended && !training.failure && subject.kind === 'actor' && (
        <EditAndRetry training={training} />
      )}
      {!ended && <ScopeNote needs="write" action="Cancelling a training" />}
    </div>
  );
}

/** Download, and the comparison with the good version of the subject. */
function ModelActions({ training, subject }: TrainingProps) {
  const versions = useQuery({ ...createVersionsQuery(subject), enabled: training.model !== null });
  const { model, version_name: name } = training;
  if (!model) return null;
  const good = versions.data?.find((each) => each.good && each.name !== name);
  return (
    <>
      {model.verified && (
        <a
          className={`${buttonStyles.button} ${buttonStyles.primary}`}
          href={`/api/trainings/${encodeURIComponent(training.id)}/model`}
          download={model.file_name}
        >
          <Download size={14} aria-hidden />
          Download{model.size_bytes === null ? '' : ` ${formatBytes(model.size_bytes)}`}
        </a>
      )}
      {subject.kind === 'actor' && good && name !== null && (
        <Link
          className={buttonStyles.button}
          to="/actors/$id"
          params={{ id: subject.id }}
          search={{ tab: 'versions', compare: `${good.name},${name}` }}
        >
          Compare {good.name}, {name}
        </Link>
      )}
    </>
  );
}

function CopyLink() {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      showToast('Link copied');
    } catch {
      showToast('The browser does not allow this page to copy. Copy the address of the page instead.');
    }
  };
  return (
    <Button kind="quiet" label="Copy link" onClick={() => void copy()}>
      <Link2 size={16} aria-hidden />
    </Button>
  );
}
