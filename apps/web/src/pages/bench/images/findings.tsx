import { CircleX, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { Finding } from '../../../api/resources/versions.ts';
import { Button } from '../../../parts/controls/button.tsx';
import styles from './findings.module.css';

const ICONS: Readonly<Record<Finding['severity'], LucideIcon>> = {
  error: CircleX,
  warning: TriangleAlert,
  advice: Info,
};
const WORDS: Readonly<Record<Finding['severity'], readonly [one: string, many: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  advice: ['piece of advice', 'pieces of advice'],
};
const ORDER = ['error', 'warning', 'advice'] as const;

/** Counts findings by their severity: `1 error, 2 warnings`. */
export function countFindings(findings: readonly Finding[]): string {
  const parts = ORDER.flatMap((severity) => {
    const count = findings.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [`${count} ${WORDS[severity][count === 1 ? 0 : 1]}`];
  });
  return parts.length === 0 ? 'no findings' : parts.join(', ');
}

/** Icon and word of a severity. */
export function Severity({ severity }: { readonly severity: Finding['severity'] }) {
  const Icon = ICONS[severity];
  return (
    <span className={`${styles.severity} ${styles[severity]}`}>
      <Icon size={16} aria-hidden />
      <span className="visually-hidden">{severity}</span>
    </span>
  );
}

interface FindingsProps {
  readonly findings: readonly Finding[];
  /** Code of the finding whose images are shown. */
  readonly shown: string | undefined;
  readonly onShow: (code: string | undefined) => void;
}

/** The findings about images and captions, errors first; each leads to its images. */
export function Findings({ findings, shown, onShow }: FindingsProps) {
  if (findings.length === 0) return null;
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return (
    <ul className={styles.findings} aria-label="Findings">
      {sorted.map(({ code, severity, message, hint, uris }) => (
        <li key={`${code} ${message}`} className={styles.finding}>
          <Severity severity={severity} />
          <div className={styles.text}>
            <p>{message}</p>
            <p className="muted small">{hint}</p>
          </div>
          {uris.length > 0 && (
            <Button
              label={`${shown === code ? 'Show all images' : `Show ${uris.length}`}: ${message}`}
              pressed={shown === code}
              onClick={() => onShow(shown === code ? undefined : code)}
            >
              {shown === code ? 'Show all' : `Show ${uris.length}`}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
