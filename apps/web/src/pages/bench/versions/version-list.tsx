import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useRef } from 'react';
import { useScope } from '../../../api/resources/access.ts';
import type { SubjectRef, Version } from '../../../api/resources/versions.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { Skeleton } from '../../../parts/messages/panel.tsx';
import { SamplesViewer } from './samples-viewer.tsx';
import { MAX_COMPARED, useVersionSearch } from './use-version-search.ts';
import styles from './version-list.module.css';
import { VersionRow } from './version-row.tsx';

const Comparison = lazy(async () => ({ default: (await import('../compare/comparison.tsx')).Comparison }));

/** Properties of the versions of a subject. */
export interface VersionListProps {
  readonly subject: SubjectRef;
  readonly versions: readonly Version[];
}

/** The versions of a subject, newest first, with the comparison of the ticked ones and the viewer of their samples. */
export function VersionList({ subject, versions: stored }: VersionListProps) {
  const search = useVersionSearch();
  const arrived = useRef(search.compared.length > 1);
  const versions = sortVersions(stored);
  if (versions.length === 0) return <NoVersions subject={subject} />;
  const compared = findCompared(versions, search.compared);
  const names = compared.map(({ name }) => name);
  return (
    <div className={styles.list}>
      <h2 className="visually-hidden">Versions</h2>
      <ReadOnlyHint />
      {versions.length > 1 && (
        <p className="muted small">Tick 2 to {MAX_COMPARED} versions to compare them.</p>
      )}
      <Rows subject={subject} versions={versions} names={names} search={search} />
      <CompareBar names={names} onClear={() => search.compare([])} />
      {compared.length > 1 && (
        <Suspense fallback={<Skeleton height="30rem" />}>
          <Comparison
            subject={subject}
            compared={compared}
            versions={versions}
            isTarget={arrived.current}
            onOpenSample={(name, column) => search.openSample({ name, column })}
          />
        </Suspense>
      )}
      <SamplesViewer subject={subject} versions={versions} compared={compared} search={search} />
    </div>
  );
}

/** Takes the place of the verdicts for a key that cannot give them. */
function ReadOnlyHint() {
  const canWrite = useScope('write');
  if (canWrite) return null;
  return <p className="muted">This key can read. A verdict needs a key with scope write.</p>;
}

interface RowsProps extends VersionListProps {
  /** Names of the ticked versions. */
  readonly names: readonly string[];
  readonly search: ReturnType<typeof useVersionSearch>;
}

function Rows({ subject, versions, names, search }: RowsProps) {
  const tick = (name: string, ticked: boolean): void =>
    search.compare(
      findCompared(versions, ticked ? [...names, name] : names.filter((each) => each !== name)).map(
        (version) => version.name,
      ),
    );
  const full = names.length >= MAX_COMPARED ? `${MAX_COMPARED} versions are ticked` : undefined;
  return (
    <ul className={styles.rows}>
      {versions.map((version) => (
        <VersionRow
          key={version.id}
          subject={subject}
          version={version}
          versions={versions}
          ticked={names.includes(version.name)}
          untickable={names.includes(version.name) ? undefined : full}
          onTick={(ticked) => tick(version.name, ticked)}
          onOpenSample={(column) => search.openSample({ name: version.name, column })}
        />
      ))}
    </ul>
  );
}

/** Newest first; entries without a time follow in the reversed order of the manifest. */
function sortVersions(versions: readonly Version[]): readonly Version[] {
  const times = new Map(versions.map((version) => [version, Date.parse(version.timestamp) || 0]));
  return versions.toReversed().toSorted((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0));
}

/** The compared versions that exist, oldest first. */
function findCompared(versions: readonly Version[], names: readonly string[]): readonly Version[] {
  return versions.filter(({ name }) => names.includes(name)).toReversed();
}

function NoVersions({ subject: { id } }: { readonly subject: SubjectRef }) {
  return (
    <div className={styles.none}>
      <p>No versions yet.</p>
      <Link to="/actors/$id" params={{ id }}>
        Train V1
      </Link>
    </div>
  );
}

interface CompareBarProps {
  readonly names: readonly string[];
  readonly onClear: () => void;
}

/** The ticked versions, with a link to their comparison. */
function CompareBar({ names, onClear }: CompareBarProps) {
  if (names.length === 0) return null;
  const isReady = names.length > 1;
  return (
    <div className={styles.bar}>
      <p>
        {isReady ? (
          <a href="#comparison">Compare {names.join(', ')}</a>
        ) : (
          `${names.join(', ')} is ticked; tick a second version to compare.`
        )}
      </p>
      <Button kind="quiet" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}
