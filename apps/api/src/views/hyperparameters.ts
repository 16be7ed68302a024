import type { Deps } from '@trainyard/application';
import type { HyperparametersView } from '@trainyard/contracts';
import {
  type Bound,
  describeBound,
  formatImageRange,
  HYPERPARAMETER_BOUNDS,
  HYPERPARAMETER_DESCRIPTIONS,
  HYPERPARAMETER_GROUPS,
  type HyperparameterName,
  POLICIES,
  POLICY_NAMES,
  type PolicyRow,
} from '@trainyard/domain';

/** Renders the hyperparameters and the policies with the numbers of the settings. */
export function toHyperparametersView({
  hyperparameters,
  defaultPolicy,
  styleFormPolicy,
}: Deps['settings']): HyperparametersView {
  return {
    groups: Object.entries(HYPERPARAMETER_GROUPS).map(([name, label]) => ({ name, label })),
    fields: Object.keys(HYPERPARAMETER_DESCRIPTIONS).map((name) => toFieldView(name as HyperparameterName)),
    policies: POLICY_NAMES.map((name) => {
      const { summary, origin, listRows } = POLICIES[name];
      return { name, summary, origin, rows: listRows(hyperparameters).map(toRowView) };
    }),
    defaults: { ...defaultPolicy, style_form: styleFormPolicy },
  };
}

function toFieldView(name: HyperparameterName): HyperparametersView['fields'][number] {
  const { label, group, text } = HYPERPARAMETER_DESCRIPTIONS[name];
  const bound: Bound = HYPERPARAMETER_BOUNDS[name];
  return {
    ...{ name, label, group },
    bound: { type: bound.type, ...toLimits(bound), text: describeBound(bound) },
    choices: bound.type === 'choice' ? [...bound.choices] : null,
    text,
  };
}

function toLimits(bound: Bound) {
  if (bound.type === 'choice' || bound.type === 'boolean') return { min: null, max: null };
  return { min: bound.min, max: bound.max ?? null };
}

function toRowView(row: PolicyRow): HyperparametersView['policies'][number]['rows'][number] {
  return {
    name: row.name ?? null,
    kind: row.kind ?? null,
    min_images: row.minImages,
    max_images: row.maxImages ?? null,
    images: formatImageRange(row),
    values: { ...row.values },
    text: row.text,
  };
}
