import { useState } from 'react';
import { ProblemError } from '../../api/http/problem.ts';
import { useScope } from '../../api/resources/access.ts';
import type { SubjectRef, Version } from '../../api/resources/versions.ts';
import { Button } from '../controls/button.tsx';
import { Question } from '../dialogs/dialog.tsx';
import { findGoodVersion } from './apply-verdicts.ts';
import { useVerdict } from './use-verdict.ts';
import styles from './verdict.module.css';

/** Properties of the verdict on a version. */
export interface VerdictProps {
  readonly subject: SubjectRef;
  readonly version: Version;
  /** All versions of the subject. */
  readonly versions: readonly Version[];
  /** Shows the sentence about the good version that a new one replaces. */
  readonly explained?: boolean;
}

/**
 * The buttons Good and Not good of a completed version; a pressed one takes its verdict back. A verdict shows at once and
 * offers Undo for 10 s; a refusal restores it and shows the reason. A model that was not verified is asked about first. A key
 * with the scope read sees no buttons.
 */
export function Verdict({ subject, version, versions, explained = false }: VerdictProps) {
  const canWrite = useScope('write');
  const [asking, setAsking] = useState(false);
  const { record, error, dismiss, retry } = useVerdict(subject);
  if (version.status !== 'completed' || !canWrite) return null;
  const { name, verdict, verified } = version;
  const former = findGoodVersion(versions, version);
  const mark = (good: boolean): void => {
    dismiss();
    if (good && verdict !== 'good' && verified === false) setAsking(true);
    else record(version, (verdict === 'good') === good && verdict !== null ? null : good);
  };
  return (
    <div className={styles.verdict}>
      <VerdictButtons label={toGoodLabel(subject, version, former)} version={version} onMark={mark} />
      {explained && former && verdict !== 'good' && (
        <p className="muted small">
          If {name} is good, {former.name} is no longer the good model of {subject.name}.
        </p>
      )}
      {error && <RefusedVerdict error={error} onRetry={retry} />}
      <UnverifiedQuestion
        name={name}
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => record(version, true, true)}
      />
    </div>
  );
}

interface VerdictButtonsProps {
  /** Name of the button Good. */
  readonly label: string;
  readonly version: Version;
  readonly onMark: (good: boolean) => void;
}

function VerdictButtons({ label, version: { name, verdict }, onMark }: VerdictButtonsProps) {
  return (
    <div className={styles.buttons}>
      <Button label={label} pressed={verdict === 'good'} onClick={() => onMark(true)}>
        Good
      </Button>
      <Button label={`Not good: ${name}`} pressed={verdict === 'not_good'} onClick={() => onMark(false)}>
        Not good
      </Button>
    </div>
  );
}

/** The name of the button states which version loses its verdict, since rows do not show that sentence. */
function toGoodLabel({ name: subject }: SubjectRef, { name, verdict }: Version, former: Version | undefined) {
  if (!former || verdict === 'good') return `Good: ${name}`;
  return `Good: ${name}; ${former.name} is then no longer the good model of ${subject}`;
}

interface UnverifiedQuestionProps {
  readonly name: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

function UnverifiedQuestion({ name, open, onClose, onConfirm }: UnverifiedQuestionProps) {
  const confirm = (): void => {
    onClose();
    onConfirm();
  };
  const title = `Mark ${name} as good although its file was not verified?`;
  return (
    <Question open={open} onClose={onClose} title={title} keep="Not now" act="Mark as good" onAct={confirm}>
      <p>
        Trainyard did not find the model file at an address that this training may have written. Check the
        file yourself.
      </p>
    </Question>
  );
}

interface RefusedVerdictProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

/** Why the verdict was restored. */
function RefusedVerdict({ error, onRetry }: RefusedVerdictProps) {
  const hint = error instanceof ProblemError ? error.problem.hint : undefined;
  return (
    <p className={styles.refused}>
      The verdict was not recorded: {error.message} {hint}{' '}
      <Button kind="text" onClick={onRetry}>
        Retry
      </Button>
    </p>
  );
}
