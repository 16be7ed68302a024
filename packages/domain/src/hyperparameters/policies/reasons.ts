import type { HyperparameterName } from '../fields/hyperparameters.ts';
import type { Policy, PolicyContext, PolicyRow } from './policy.ts';

/** The reasons of proposed values, by the name of the hyperparameter. */
export type ValueReasons = Readonly<Partial<Record<HyperparameterName, string>>>;

/**
 * Explains the values that a policy proposes, from the row of its table that applies: the rule of the value, the range of
 * image counts, or the policy for a value that all rows share. Values outside of the table have no reason.
 */
export function explainProposal(policy: Policy, { kind, imageCount, settings }: PolicyContext): ValueReasons {
  const rows = policy.listRows(settings).filter((row) => row.kind === undefined || row.kind === kind);
  const row = rows.find((each) => includesCount(each, imageCount));
  if (!row) return {};
  const explain = (name: string, value: number | string): string => {
    if (typeof value === 'string' && value.includes(' ')) return value;
    const isShared = rows.every((each) => each.values[name as HyperparameterName] === value);
    return isShared ? `as ${policy.name} proposes` : `for ${formatImageRange(row)}`;
  };
  return Object.fromEntries(Object.entries(row.values).map(([name, value]) => [name, explain(name, value)]));
}

/** Whether a row applies to a number of images. */
export function includesCount({ minImages, maxImages = Number.POSITIVE_INFINITY }: PolicyRow, count: number) {
  return count >= minImages && count <= maxImages;
}

/** Formats the range of a row, e.g. `16 to 30 images`. */
export function formatImageRange({ minImages, maxImages }: PolicyRow): string {
  if (maxImages === undefined)
    return minImages <= 1 ? 'any number of images' : `${minImages} images and more`;
  return minImages <= 1 ? `up to ${maxImages} images` : `${minImages} to ${maxImages} images`;
}
