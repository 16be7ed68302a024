import styles from './chart.module.css';
import { describePoint, formatStep } from './curve-words.ts';
import { type LossSeries, listSteps } from './curves.ts';

/** Properties of the text form. */
export interface CurveTableProps {
  readonly title: string;
  readonly series: readonly LossSeries[];
}

/** The reports of all curves as a table in a region that scrolls. */
export function CurveTable({ title, series }: CurveTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard.
    <section className={styles.table} aria-label={`${title} as a table`} tabIndex={0}>
      <table>
        <caption className="visually-hidden">{title} by step</caption>
        <thead>
          <tr>
            <th scope="col" className="number">
              Step
            </th>
            {series.map(({ name }) => (
              <th key={name} scope="col" className="number">
                {series.length > 1 ? name : 'Loss'}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {listSteps(series).map((step) => (
            <tr key={step}>
              <th scope="row" className="number">
                {formatStep(step)}
              </th>
              {series.map(({ name, points }) => {
                const point = points.find(([each]) => each === step);
                return (
                  <td key={name} className="number">
                    {point ? describePoint(point) : ''}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The reports as CSV: a row for each step, a column for each curve; a cell is empty without a number. */
export function toCsv(series: readonly LossSeries[]): string {
  const rows = listSteps(series).map((step) =>
    [step, ...series.map(({ points }) => points.find(([each]) => each === step)?.[1] ?? '')].join(','),
  );
  return `${['step', ...series.map(({ name }) => quote(name))].join(',')}\r\n${rows.join('\r\n')}\r\n`;
}

/** Quotes a cell. A leading sign that starts a formula in spreadsheets is preceded by an apostrophe. */
function quote(text: string): string {
  return `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
}
