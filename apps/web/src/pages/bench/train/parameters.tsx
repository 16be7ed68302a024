import type { PreviewView } from '@trainyard/contracts';
import { formatBytes, formatCount } from '../../../parts/words/format.ts';
import type { HyperparameterField } from '../form/queries.ts';
import { getTyped, nameFields, type TrainForm } from '../form/use-train-form.ts';
import { ParameterField } from './parameter-field.tsx';
import styles from './train.module.css';

/** Properties of the parameters of a training. */
export interface ParametersProps {
  readonly train: TrainForm;
  readonly preview: PreviewView;
}

const CORE = 'core';

/** The parameters that are adjusted most. */
export function CoreParameters(props: ParametersProps) {
  return (
    <Fields {...props} fields={(props.train.form?.fields ?? []).filter(({ group }) => group === CORE)} />
  );
}

/** The other parameters by group, on demand. They open by themselves while one of them is edited or refused. */
export function MoreParameters({ train, preview }: ParametersProps) {
  const { form, edits, issues } = train;
  const fields = (form?.fields ?? []).filter(({ group }) => group !== CORE);
  const isMarked = fields.some(
    ({ name }) => edits.values[name] !== undefined || issues.has(`hyperparameters.${name}`),
  );
  return (
    <details className={styles.more} open={isMarked}>
      <summary>{formatCount(fields.length)} more parameters</summary>
      {(form?.groups ?? [])
        .filter(({ name }) => name !== CORE)
        .map(({ name, label }) => (
          <fieldset key={name} className={styles.group}>
            <legend>{label}</legend>
            <div className={styles.fields}>
              <Fields {...{ train, preview }} fields={fields.filter(({ group }) => group === name)} />
            </div>
          </fieldset>
        ))}
    </details>
  );
}

function Fields({
  train,
  preview,
  fields,
}: ParametersProps & { readonly fields: readonly HyperparameterField[] }) {
  return fields.map((field) => {
    const { name } = field;
    const warning = preview.warnings.find((each) => each.field === name)?.message;
    const typed = getTyped(train, name);
    return (
      <ParameterField
        key={name}
        field={field}
        typed={typed}
        baseline={preview.baseline[name] ?? ''}
        hint={
          toConsequence(preview, name) ??
          (typed === undefined ? preview.reasons[name] : undefined) ??
          field.text
        }
        reason={preview.reasons[name]}
        issue={train.issues.get(`hyperparameters.${name}`)}
        warning={warning && nameFields(warning, train.form)}
        onChange={(value) => train.setValue(name, value)}
        onLeave={train.settle}
      />
    );
  });
}

/** What follows from a value. */
function toConsequence(preview: PreviewView, name: string): string | undefined {
  const { epochs, epochs_exact: isExact, steps_per_epoch: perEpoch, warmup } = preview;
  if (name === 'max_train_steps')
    return `${isExact ? '' : 'about '}${formatCount(epochs)} epochs of ${formatCount(perEpoch)} steps`;
  if (name === 'network_dim') return `file about ${formatBytes(preview.expected_file_bytes)}`;
  if (name === 'lr_warmup_steps') return `${Math.round(warmup.share * 100)} % of the steps`;
  return undefined;
}
