import { RotateCcw } from 'lucide-react';
import type { HyperparameterField } from '../form/queries.ts';
import { formatValue } from '../form/values.ts';
import styles from './field.module.css';
import { FieldFrame } from './field-frame.tsx';

/** Value of a hyperparameter, as the API sends it. */
type Value = string | number | boolean;

/** Properties of the field of a hyperparameter. */
export interface ParameterFieldProps {
  readonly field: HyperparameterField;
  /** The typed value; undefined while the field shows the recommended one. */
  readonly typed: string | boolean | undefined;
  /** The value that the form has without the edit. */
  readonly baseline: Value;
  /** What follows from the value, or why it is recommended. */
  readonly hint: string;
  readonly reason: string | undefined;
  /** Why the API refuses the value, or warns of it. */
  readonly issue: string | undefined;
  readonly warning: string | undefined;
  readonly onChange: (value: string | boolean | undefined) => void;
  readonly onLeave: () => void;
}

/** Field of a hyperparameter with its recommended value, the mark of an edit with its reset, and its bound. */
export function ParameterField(props: ParameterFieldProps) {
  const { field, typed, baseline, hint, issue, warning, onChange } = props;
  const id = `field-${field.name}`;
  const isEdited = typed !== undefined;
  const mark = isEdited && (
    <span className={styles.mark}>
      edited, was {formatValue(baseline)}
      <button
        type="button"
        className={styles.reset}
        aria-label={`Reset ${field.label} to ${formatValue(baseline)}`}
        onClick={() => onChange(undefined)}
      >
        <RotateCcw size={14} aria-hidden />
      </button>
    </span>
  );
  const about = [
    field.text,
    `Allowed: ${field.bound.text}.`,
    `Recommended: ${formatValue(baseline)}${props.reason ? `, ${props.reason}` : ''}.`,
  ];
  return (
    <FieldFrame id={id} label={field.label} mark={mark} about={about} {...{ hint, issue, warning }}>
      <Control {...props} id={id} value={typed ?? baseline} />
    </FieldFrame>
  );
}

type ControlProps = ParameterFieldProps & { readonly id: string; readonly value: Value };

function Control({ field, id, value, issue, onChange, onLeave }: ControlProps) {
  const described = { id, name: field.name, 'aria-describedby': `${id}-hint`, onBlur: onLeave };
  const invalid = issue !== undefined || undefined;
  if (field.bound.type === 'boolean')
    return (
      <input
        {...described}
        type="checkbox"
        aria-invalid={invalid}
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  if (field.choices)
    return (
      <select
        {...described}
        aria-invalid={invalid}
        value={String(value)}
        onChange={(event) => onChange(event.target.value)}
      >
        <Choices choices={field.choices} />
      </select>
    );
  const { type, min, max } = field.bound;
  return (
    <input
      {...described}
      className="number"
      type="number"
      inputMode="decimal"
      step={type === 'integer' ? 1 : 'any'}
      {...(min !== null && { min })}
      {...(max !== null && { max })}
      aria-invalid={invalid}
      value={String(value)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function Choices({ choices }: { readonly choices: readonly string[] }) {
  return choices.map((choice) => (
    <option key={choice} value={choice}>
      {formatValue(choice)}
    </option>
  ));
}
