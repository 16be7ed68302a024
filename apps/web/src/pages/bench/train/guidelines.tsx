import type { HyperparametersView, PreviewView } from '@trainyard/contracts';
import { Dialog } from '../../../parts/dialogs/dialog.tsx';
import type { TrainForm } from '../form/use-train-form.ts';
import { formatValue } from '../form/values.ts';
import styles from './guidelines.module.css';

/** Properties of the guidelines. */
export interface GuidelinesProps {
  readonly train: TrainForm;
  readonly preview: PreviewView;
  readonly onClose: () => void;
}

/** Guidelines: the table of the policy with the row in use, advice about these images, and the meaning of each parameter. */
export function Guidelines({ train: { form }, preview, onClose }: GuidelinesProps) {
  const policy = form?.policies.find(({ name }) => name === preview.policy);
  const notes = [...preview.advice, ...preview.warnings.filter(({ field }) => field === undefined)];
  const findings = preview.dataset?.findings.filter(({ severity }) => severity !== 'error') ?? [];
  return (
    <Dialog open title="Guidelines" size="wide" onClose={onClose}>
      <div className={styles.content}>
        {policy && <PolicyTable policy={policy} form={form} preview={preview} />}
        {notes.length + findings.length > 0 && (
          <section>
            <h3>These images</h3>
            <ul className={styles.list}>
              {notes.map(({ code, message }) => (
                <li key={code}>{message}.</li>
              ))}
              {findings.map(({ code, message, hint }) => (
                <li key={code}>
                  {message}. {hint}
                </li>
              ))}
            </ul>
          </section>
        )}
        <section>
          <h3>Parameters</h3>
          <dl className={styles.meanings}>
            {form?.fields.map(({ name, label, text, bound }) => (
              <div key={name}>
                <dt>{label}</dt>
                <dd>
                  {text} <span className="faint">Allowed: {bound.text}.</span>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  );
}

interface PolicyTableProps {
  readonly policy: HyperparametersView['policies'][number];
  readonly form: HyperparametersView | undefined;
  readonly preview: PreviewView;
}

function PolicyTable({ policy, form, preview }: PolicyTableProps) {
  const rows = policy.rows.filter(({ kind }) => kind === null || kind === preview.kind);
  const names = (form?.fields ?? []).filter(({ name }) => rows.some(({ values }) => name in values));
  const count = preview.images.length;
  return (
    <section>
      <h3>Policy {policy.name}</h3>
      <p className="muted">{policy.summary}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled table needs the keyboard */}
      <section className={styles.scroll} aria-label={`Values of the policy ${policy.name}`} tabIndex={0}>
        <table>
          <caption className="visually-hidden">
            Values of the policy {policy.name} by number of images
          </caption>
          <thead>
            <tr>
              <th scope="col">Images</th>
              {names.map(({ name, label }) => (
                <th key={name} scope="col">
                  {label}
                </th>
              ))}
              <th scope="col">For</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <PolicyRow key={row.min_images} row={row} names={names.map(({ name }) => name)} count={count} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

interface PolicyRowProps {
  readonly row: PolicyTableProps['policy']['rows'][number];
  readonly names: readonly string[];
  readonly count: number;
}

function PolicyRow({ row, names, count }: PolicyRowProps) {
  const isUsed = count >= row.min_images && (row.max_images === null || count <= row.max_images);
  return (
    <tr aria-current={isUsed || undefined} className={isUsed ? styles.used : ''}>
      <th scope="row">
        {row.name !== null && <b>{row.name} </b>}
        {row.images}
        {isUsed && <span className={styles.badge}>these {count}</span>}
      </th>
      {names.map((name) => (
        <td key={name}>{name in row.values ? formatValue(row.values[name] ?? '') : ''}</td>
      ))}
      <td>{row.text}</td>
    </tr>
  );
}
