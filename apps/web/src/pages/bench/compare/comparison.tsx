import { type RefObject, useEffect, useRef } from 'react';
import type { SubjectRef, Version } from '../../../api/resources/versions.ts';
import { Verdict } from '../../../parts/verdict/verdict.tsx';
import { VersionState } from '../../../parts/verdict/version-state.tsx';
import { ComparedSamples } from './compared-samples.tsx';
import styles from './comparison.module.css';
import { DifferenceTable } from './difference-table.tsx';
import { ComparedLoss } from './loss.tsx';
import { useTrainedVersions } from './use-trained-versions.ts';

/** Properties of a comparison. */
export interface ComparisonProps {
  readonly subject: SubjectRef;
  /** The compared versions, oldest first. */
  readonly compared: readonly Version[];
  readonly versions: readonly Version[];
  /** The address of the page leads to the comparison: it is scrolled into view. */
  readonly isTarget: boolean;
  readonly onOpenSample: (name: string, column: number) => void;
}

/** Versions side by side: verdicts, samples by prompt, loss curves on one scale, and what differs. */
export function Comparison({ subject, compared, versions, isTarget, onOpenSample }: ComparisonProps) {
  const section = useScrollTarget(isTarget);
  const trained = useTrainedVersions(compared);
  const names = compared.map(({ name }) => name).join(', ');
  return (
    <section ref={section} id="comparison" className={styles.comparison} aria-labelledby="comparison-title">
      <h2 id="comparison-title">Comparison of {names}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard scrolls the columns on a narrow screen */}
      <section className={styles.scroll} aria-label={`Verdicts and samples of ${names}`} tabIndex={0}>
        <div className={styles.columns} data-count={compared.length}>
          {compared.map((version) => (
            <div key={version.id} className={styles.verdict}>
              <h3>
                {version.name} <VersionState version={version} />
              </h3>
              <Verdict subject={subject} version={version} versions={versions} explained />
            </div>
          ))}
          <ComparedSamples subject={subject} trained={trained} onOpen={onOpenSample} />
        </div>
      </section>
      <ComparedLoss trained={trained} />
      <DifferenceTable trained={trained} />
    </section>
  );
}

/** Scrolls an element into view once, unless the page was scrolled before, by Back or by the person. */
function useScrollTarget(isTarget: boolean): RefObject<HTMLElement | null> {
  const section = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current && isTarget && scrollY === 0) section.current?.scrollIntoView();
    isFirst.current = false;
  }, [isTarget]);
  return section;
}
