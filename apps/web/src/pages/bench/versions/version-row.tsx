import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getServerNow } from '../../../api/clock.ts';
import { createTrainingQuery } from '../../../api/resources/queries.ts';
import type { SubjectRef, Version } from '../../../api/resources/versions.ts';
import { Verdict } from '../../../parts/verdict/verdict.tsx';
import { VersionState } from '../../../parts/verdict/version-state.tsx';
import { formatTime, formatUtc } from '../../../parts/words/format.ts';
import { StateLabel } from '../../../parts/words/state-label.tsx';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import { ModelDownload } from './download.tsx';
import { VersionFacts } from './version-facts.tsx';
import styles from './version-row.module.css';
import { MoreSamples, VersionSample } from './version-samples.tsx';

/** Properties of the row of a version. */
export interface VersionRowProps {
  readonly subject: SubjectRef;
  readonly version: Version;
  readonly versions: readonly Version[];
  readonly ticked: boolean;
  /** Why the version cannot be ticked. */
  readonly untickable: string | undefined;
  readonly onTick: (ticked: boolean) => void;
  readonly onOpenSample: (column: number) => void;
}

/** A version with its sample, parameters, results, verdict and download. */
export function VersionRow(props: VersionRowProps) {
  const { subject, version, versions, onOpenSample } = props;
  return (
    <li className={styles.row}>
      <TickBox {...props} />
      <VersionSample subject={subject} version={version} onOpen={() => onOpenSample(0)} />
      <div className={styles.content}>
        <div className={styles.head}>
          <h3>
            <VersionName version={version} />
          </h3>
          <RowState version={version} />
          <VersionTime timestamp={version.timestamp} />
        </div>
        <VersionFacts version={version} />
        {version.description !== undefined && (
          <p className={styles.notes}>{toVisibleText(version.description)}</p>
        )}
        <div className={styles.actions}>
          <Verdict subject={subject} version={version} versions={versions} />
          <ModelDownload version={version} />
          <FailedActions subject={subject} version={version} />
        </div>
      </div>
      <MoreSamples subject={subject} version={version} onOpen={onOpenSample} />
    </li>
  );
}

function TickBox({ version: { name }, ticked, untickable, onTick }: VersionRowProps) {
  return (
    <label className={styles.tick} title={untickable}>
      <input
        type="checkbox"
        checked={ticked}
        aria-disabled={untickable === undefined ? undefined : true}
        onChange={({ target }) => untickable === undefined && onTick(target.checked)}
      />
      <span className="visually-hidden">
        Compare {name}
        {untickable === undefined ? '' : `: ${untickable}`}
      </span>
    </label>
  );
}

/** The state of a live version is that of its training, which live events keep current. */
function RowState({ version }: { readonly version: Version }) {
  const { status, training_id: id = '' } = version;
  const isLive = id !== '' && LIVE.includes(status);
  const { data } = useQuery({ ...createTrainingQuery(id), enabled: isLive });
  if (isLive && data) return <StateLabel training={data} verdict={version.verdict} />;
  return <VersionState version={version} />;
}

const LIVE: readonly Version['status'][] = ['submitting', 'pending', 'training'];

function VersionName({ version: { name, training_id: id } }: { readonly version: Version }) {
  if (id === undefined) return name;
  return (
    <Link to="/trainings/$id" params={{ id }}>
      {name}
    </Link>
  );
}

/** Time of the version in local time, with UTC as its title; nothing for an entry without a readable time. */
function VersionTime({ timestamp }: { readonly timestamp: string }) {
  const at = Date.parse(timestamp);
  if (Number.isNaN(at)) return null;
  return (
    <time className="muted" dateTime={timestamp} title={formatUtc(at)}>
      {formatTime(at, getServerNow())}
    </time>
  );
}

interface FailedActionsProps {
  readonly subject: SubjectRef;
  readonly version: Version;
}

/** The reason of a failure, and the form with the values of the version. */
function FailedActions({ subject: { id }, version: { name, status, error } }: FailedActionsProps) {
  if (status !== 'failed' && status !== 'cancelled') return null;
  return (
    <>
      {error !== undefined && (
        <details className={styles.why}>
          <summary>Why</summary>
          <p>{toVisibleText(error)}</p>
        </details>
      )}
      <Link to="/actors/$id" params={{ id }} search={{ from: name }} className={styles.link}>
        Edit and retry
      </Link>
    </>
  );
}
