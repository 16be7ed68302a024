import type { InputSpec } from '../nodes/schema.ts';
import type { Fault } from '../workflow.ts';

/**
 * Finds the fault of a literal value, or undefined. Stricter than ComfyUI, which converts values first ("16" and 16.7
 * become 16, "false" becomes true) and accepts NaN for every bound (docs/training-nodes.md).
 */
export function checkValue(spec: InputSpec, value: unknown): Fault | undefined {
  switch (spec.type) {
    case 'INT':
      if (!Number.isSafeInteger(value)) return wrongType(spec);
      return inRange(spec, value as number) ? undefined : { code: 'out_of_range', bound: describeSpec(spec) };
    case 'FLOAT':
      if (!Number.isFinite(value)) return wrongType(spec);
      return inRange(spec, value as number) ? undefined : { code: 'out_of_range', bound: describeSpec(spec) };
    case 'BOOLEAN':
      return typeof value === 'boolean' ? undefined : wrongType(spec);
    case 'STRING':
      return typeof value === 'string' ? undefined : wrongType(spec);
    case 'CHOICE':
      return spec.choices.includes(value as string)
        ? undefined
        : { code: 'not_in_list', bound: describeSpec(spec) };
    case 'FILE':
      return isFileName(value) ? undefined : wrongType(spec);
    case 'LINK':
      return { code: 'bad_link', bound: describeSpec(spec) };
  }
}

/** Formats the allowed values of an input. */
export function describeSpec(spec: InputSpec): string {
  switch (spec.type) {
    case 'INT':
      return `a whole number${describeRange(spec)}`;
    case 'FLOAT':
      return `a number${describeRange(spec)}`;
    case 'BOOLEAN':
      return 'true or false';
    case 'STRING':
      return 'text';
    case 'CHOICE':
      return `one of ${spec.choices.join(', ')}`;
    case 'FILE':
      return 'the name of a model file';
    case 'LINK':
      return `a link of type ${spec.linkType}${spec.sourceClasses.length > 0 ? ` from ${spec.sourceClasses.join(' or ')}` : ''}`;
  }
}

function wrongType(spec: InputSpec): Fault {
  return { code: 'wrong_type', bound: describeSpec(spec) };
}

function isFileName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.trim() === value;
}

type Range = Readonly<{ min?: number; max?: number }>;

function inRange({ min, max }: Range, value: number): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

function describeRange({ min, max }: Range): string {
  if (max === undefined) return min === undefined ? '' : `, at least ${min}`;
  return `, ${min ?? 'up'} to ${max}`;
}
