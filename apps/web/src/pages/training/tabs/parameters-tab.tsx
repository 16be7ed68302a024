import { useQuery } from '@tanstack/react-query';
import type { HyperparametersView, TrainingDetail } from '@trainyard/contracts';
import { CopyButton } from '../../../parts/console/copy-button.tsx';
import { Panel } from '../../../parts/messages/panel.tsx';
import { formatCount } from '../../../parts/words/format.ts';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import { createRecommendedQuery, hyperparametersQuery, type TrainingProps } from '../facts/queries.ts';
import { Details } from './details.tsx';
import styles from './tabs.module.css';

type Values = TrainingDetail['hyperparameters'];

/** The parameters of a training as frozen at accept, where they differ from the recommendation, its prompts and its ids. */
export function ParametersTab({ training, subject }: TrainingProps) {
  const form = useQuery(hyperparametersQuery);
  const recommended = useQuery(createRecommendedQuery(training)).data?.recommended;
  if (training.pruned_at !== null && Object.keys(training.hyperparameters).length === 0)
    return <p className="muted">The parameters are no longer kept.</p>;
  return (
    <div className={styles.parameters}>
      <section className={styles.card} aria-labelledby="values">
        <div className={styles.title}>
          <h2 id="values">Parameters</h2>
          <CopyButton text={toJson(training)} what="parameters as JSON">
            Copy JSON
          </CopyButton>
        </div>
        <Panel query={form} height="30rem">
          {(data) => <ValueTable form={data} values={training.hyperparameters} recommended={recommended} />}
        </Panel>
      </section>
      <div className={styles.column}>
        <Inputs training={training} />
        <Details training={training} subject={subject} />
      </div>
    </div>
  );
}

function toJson({ hyperparameters, trigger, sample_prompts, policy, preset }: TrainingDetail): string {
  return JSON.stringify({ policy, preset, trigger, hyperparameters, sample_prompts }, null, 2);
}

interface ValueTableProps {
  readonly form: HyperparametersView;
  readonly values: Values;
  readonly recommended: Values | undefined;
}

function ValueTable({ form, values, recommended }: ValueTableProps) {
  const known = new Set(form.fields.map(({ name }) => name));
  const others = Object.keys(values).filter((name) => !known.has(name));
  const fields = [...form.fields, ...others.map((name) => ({ name, label: name, text: '' }))];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard.
    <section className={styles.scroll} aria-label="Values" tabIndex={0}>
      <table>
        <caption className="visually-hidden">Parameters with their recommended values</caption>
        <thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col" className="number">
              Value
            </th>
            <th scope="col">Recommended</th>
          </tr>
        </thead>
        <tbody>
          {fields
            .filter(({ name }) => values[name] !== undefined)
            .map(({ name, label, text }) => (
              <tr key={name}>
                <th scope="row" title={text}>
                  {label}
                </th>
                <td className="number">{formatValue(values[name])}</td>
                <td>{describeDifference(values[name], recommended?.[name])}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

function formatValue(value: Values[string] | undefined): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number' && Number.isInteger(value)) return formatCount(value);
  return value === undefined ? '' : toVisibleText(String(value));
}

function describeDifference(value: Values[string] | undefined, recommended: Values[string] | undefined) {
  if (recommended === undefined) return <span className="faint">–</span>;
  if (recommended === value) return <span className="faint">as recommended</span>;
  return <span className={styles.differs}>differs, recommended {formatValue(recommended)}</span>;
}

function Inputs({ training }: Pick<TrainingProps, 'training'>) {
  const { trigger, sample_prompts: prompts, policy, preset, template, description, warnings } = training;
  return (
    <section className={styles.card} aria-labelledby="inputs">
      <h2 id="inputs">Inputs</h2>
      <dl className={styles.list}>
        <dt>Trigger</dt>
        <dd>{toVisibleText(trigger)}</dd>
        <dt>Sample prompts</dt>
        <dd>{prompts.length === 0 ? 'none' : <Lines lines={prompts} />}</dd>
        <dt>Policy</dt>
        <dd>
          {policy}
          {preset !== null && `, preset ${preset}`}
        </dd>
        <dt>Template</dt>
        <dd>{template.name}</dd>
        {description !== null && <dt>Notes</dt>}
        {description !== null && <dd className={styles.text}>{toVisibleText(description)}</dd>}
        {warnings.length > 0 && <dt>Warnings</dt>}
        {warnings.length > 0 && (
          <dd>
            <Lines lines={warnings.map(({ message }) => message)} />
          </dd>
        )}
      </dl>
    </section>
  );
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are fixed, and two may be equal.
        <li key={index}>{toVisibleText(line)}</li>
      ))}
    </ul>
  );
}
