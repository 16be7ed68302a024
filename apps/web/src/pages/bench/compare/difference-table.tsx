import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../../parts/controls/button.tsx';
import { hyperparametersQuery } from '../form/queries.ts';
import styles from './difference-table.module.css';
import {
  type ComparedParameter,
  compareImages,
  compareParameters,
  countUnrecorded,
  type ImageDifference,
  type ParameterLabels,
} from './differences.ts';
import type { TrainedVersion } from './samples.ts';

/** The parameters and images that differ; all parameters on demand. */
export function DifferenceTable({ trained }: { readonly trained: readonly TrainedVersion[] }) {
  const [isComplete, setComplete] = useState(false);
  const { data } = useQuery(hyperparametersQuery);
  const labels: ParameterLabels = new Map(data?.fields.map(({ name, label }) => [name, label]));
  const parameters = compareParameters(trained, labels);
  const shown = isComplete ? parameters : parameters.filter(({ differs }) => differs);
  const hidden = parameters.length - shown.length;
  return (
    <section className={styles.differences}>
      <h3>Differences</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard scrolls the table on a narrow screen */}
      <section className={styles.scroll} aria-label="Differences of the versions" tabIndex={0}>
        <table>
          <caption className="visually-hidden">Parameters and images of the versions</caption>
          <TableHead trained={trained} />
          <tbody>
            <ImageRow differences={compareImages(trained)} trained={trained} />
            {shown.map((parameter) => (
              <ParameterRow key={parameter.label} parameter={parameter} trained={trained} />
            ))}
          </tbody>
        </table>
      </section>
      <UnrecordedNote parameters={parameters} trained={trained} />
      {(hidden > 0 || isComplete) && (
        <div className={styles.more}>
          <Button onClick={() => setComplete(!isComplete)}>
            {isComplete ? 'Show differences only' : `Show all ${parameters.length} parameters`}
          </Button>
        </div>
      )}
    </section>
  );
}

interface UnrecordedNoteProps {
  readonly parameters: readonly ComparedParameter[];
  readonly trained: readonly TrainedVersion[];
}

/** An imported version records fewer parameters; they are no differences. */
function UnrecordedNote({ parameters, trained }: UnrecordedNoteProps) {
  const notes = trained.flatMap(({ version: { name } }, at) => {
    const count = countUnrecorded(parameters, at);
    return count === 0 ? [] : [`${name} does not record ${count} of ${parameters.length} parameters.`];
  });
  if (notes.length === 0) return null;
  return <p className="muted small">{notes.join(' ')}</p>;
}

function TableHead({ trained }: { readonly trained: readonly TrainedVersion[] }) {
  return (
    <thead>
      <tr>
        <th scope="col">Parameter</th>
        {trained.map(({ version }) => (
          <th key={version.id} scope="col">
            {version.name}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface ImageRowProps {
  readonly differences: readonly ImageDifference[];
  readonly trained: readonly TrainedVersion[];
}

function ImageRow({ differences, trained }: ImageRowProps) {
  return (
    <tr>
      <th scope="row">Images</th>
      {differences.map(({ count, text, added, removed }, at) => (
        <td key={trained[at]?.version.id}>
          <span className="number">{count}</span>
          {text !== undefined && <span className="muted">: {text}</span>}
          {added.length + removed.length > 0 && (
            <details className={styles.names}>
              <summary>Names</summary>
              <ul>
                {added.map((name) => (
                  <li key={`added ${name}`}>{name} added</li>
                ))}
                {removed.map((name) => (
                  <li key={`removed ${name}`}>{name} removed</li>
                ))}
              </ul>
            </details>
          )}
        </td>
      ))}
    </tr>
  );
}

interface ParameterRowProps {
  readonly parameter: ComparedParameter;
  readonly trained: readonly TrainedVersion[];
}

function ParameterRow({ parameter: { label, values, differs }, trained }: ParameterRowProps) {
  return (
    <tr className={differs ? styles.differs : ''}>
      <th scope="row">{label}</th>
      {values.map((value, at) => (
        <td key={trained[at]?.version.id} className="number">
          {value ?? <span className="faint">not recorded</span>}
        </td>
      ))}
    </tr>
  );
}
