import { useId } from 'react';
import styles from './filter-select.module.css';

/** Properties of a filter with a fixed list of values. */
export interface FilterSelectProps<Value extends string> {
  /** Name of the filter: `Sex`. */
  readonly label: string;
  readonly value: Value | undefined;
  readonly options: readonly (readonly [value: Value, text: string])[];
  /** Text of the choice without a filter: `any`. */
  readonly any: string;
  readonly onSelect: (value: Value | undefined) => void;
}

/** Filter as a native select; its label is above it. */
export function FilterSelect<Value extends string>(props: FilterSelectProps<Value>) {
  const { label, value, options, any, onSelect } = props;
  const id = useId();
  return (
    <div className={styles.filter}>
      <label className="faint small" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        value={value ?? ''}
        data-active={value !== undefined || undefined}
        onChange={(event) => {
          const chosen = event.target.value;
          onSelect(options.find(([each]) => each === chosen)?.[0]);
        }}
      >
        <option value="">{any}</option>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The values of a facet as options; a chosen value that no actor has any more stays selectable. */
export function toFacetOptions(
  facet: readonly string[],
  chosen: string | undefined,
): readonly (readonly [string, string])[] {
  const known = chosen === undefined || facet.includes(chosen) ? facet : [...facet, chosen];
  return known.map((each) => [each, each] as const);
}
