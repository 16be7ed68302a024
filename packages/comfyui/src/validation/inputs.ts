import type { WorkflowIssue } from '../errors.ts';
import { findSchema, type InputSpec, type NodeSchema, type NodeSchemas } from '../nodes/schema.ts';
import { type Fault, inputIssue, isLink, type Link, nodeIssue, type Workflow } from '../workflow.ts';

const UNKNOWN_CLASS = 'ComfyUI rejects a whole prompt with an unknown class';

/**
 * Checks class and inputs of every node against its schema: known, present, with valid links and within
 * bounds. `unknownClass` is the reason why other classes are unknown.
 */
export function checkInputs(
  workflow: Workflow,
  schemas: NodeSchemas,
  unknownClass = UNKNOWN_CLASS,
): readonly WorkflowIssue[] {
  return Object.entries(workflow).flatMap(([id, node]) => {
    const schema = findSchema(schemas, node.class_type);
    if (schema === undefined) {
      const detail = `class "${node.class_type}" is unknown: ${unknownClass}`;
      return [nodeIssue(workflow, id, 'unknown_class', detail)];
    }
    return checkNode({ workflow, schemas }, id, schema);
  });
}

/** Lists inputs that no schema knows, by node id: ComfyUI ignores them silently. */
export function ignoredInputs(
  workflow: Workflow,
  schemas: NodeSchemas,
): Readonly<Record<string, readonly string[]>> {
  const ignored = Object.entries(workflow).map(([id, node]) => {
    const schema = findSchema(schemas, node.class_type);
    const names = Object.keys(node.inputs).filter((name) => schema !== undefined && !hasInput(schema, name));
    return [id, names] as const;
  });
  return Object.fromEntries(ignored.filter(([, names]) => names.length > 0));
}

/** Whether a node class has an input, in the present or in an older version. */
export function hasInput(schema: NodeSchema, input: string): boolean {
  return Object.hasOwn(schema.inputs, input) || Object.hasOwn(schema.legacyInputs ?? {}, input);
}

interface Context {
  readonly workflow: Workflow;
  readonly schemas: NodeSchemas;
}

function checkNode(context: Context, id: string, schema: NodeSchema): WorkflowIssue[] {
  const specs = Object.entries({ ...schema.inputs, ...optionalLegacy(schema) });
  return specs
    .map(([input, spec]) => checkInput(context, id, [input, spec]))
    .filter((issue) => issue !== undefined);
}

function optionalLegacy(schema: NodeSchema): Record<string, InputSpec> {
  const entries = Object.entries(schema.legacyInputs ?? {});
  return Object.fromEntries(entries.map(([name, spec]) => [name, { ...spec, optional: true }]));
}

function checkInput(
  { workflow, schemas }: Context,
  id: string,
  [input, spec]: readonly [string, InputSpec],
): WorkflowIssue | undefined {
  const value = workflow[id]?.inputs[input];
  if (value === undefined) {
    if (spec.optional) return undefined;
    const bound = describeSpec(spec);
    return inputIssue(workflow, id, input, {
      code: 'missing_input',
      bound,
      detail: `is missing; allowed: ${bound}`,
    });
  }
  const fault = Array.isArray(value)
    ? checkLink({ workflow, schemas }, spec, value)
    : checkValue(spec, value);
  return fault === undefined ? undefined : inputIssue(workflow, id, input, fault);
}

function checkLink({ workflow, schemas }: Context, spec: InputSpec, value: unknown) {
  const bound = describeSpec(spec);
  if (!isLink(value)) {
    const detail = 'a list is treated as a link and must be [node id as text, slot number]';
    return { code: 'bad_link', bound, detail: detail } as const;
  }
  const [from, slot] = value;
  const source = Object.hasOwn(workflow, from) ? workflow[from] : undefined;
  if (source === undefined)
    return { code: 'bad_link', bound, detail: `links to node ${from}, which does not exist` } as const;
  const outputs = findSchema(schemas, source.class_type)?.outputs;
  if (outputs === undefined) return undefined;
  return checkSource(spec, { link: value, classType: source.class_type, type: outputs[slot], bound });
}

interface Source {
  readonly link: Link;
  readonly classType: string;
  readonly type: string | undefined;
  readonly bound: string;
}

function checkSource(spec: InputSpec, { link: [from, slot], classType, type, bound }: Source) {
  if (type === undefined) {
    return {
      code: 'bad_link',
      bound,
      detail: `links to slot ${slot} of node ${from} (${classType}), which does not exist`,
    } as const;
  }
  const wanted = spec.type === 'LINK' || spec.type === 'ANY' ? spec.linkType : spec.type;
  if (!sharesType(wanted, type)) {
    const detail = `takes ${wanted}, but slot ${slot} of node ${from} (${classType}) gives ${type}`;
    return { code: 'wrong_link_type', bound, detail: detail } as const;
  }
  if (spec.type === 'LINK' && spec.sourceClasses.length > 0 && !spec.sourceClasses.includes(classType)) {
    const detail = `must come from ${spec.sourceClasses.join(' or ')}, not from node ${from} (${classType}); ComfyUI does not check this`;
    return { code: 'wrong_source', bound, detail: detail } as const;
  }
  return undefined;
}

/** Whether a link's types match: equal, a wildcard, or with a common type (`IMAGE,MASK`). */
function sharesType(wanted: string, given: string): boolean {
  const accepted = wanted.split(',').map((type) => type.trim());
  return (
    accepted.includes('*') || given.split(',').some((type) => type === '*' || accepted.includes(type.trim()))
  );
}

/**
 * Finds the fault of a literal value, or undefined. Stricter than ComfyUI, which converts values first ("16" and 16.7
 * become 16, "false" becomes true) and accepts NaN for every bound (docs/training-nodes.md).
 */
function checkValue(spec: InputSpec, value: unknown): Fault | undefined {
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
      return spec.choices.includes(value as string | number | boolean)
        ? undefined
        : { code: 'not_in_list', bound: describeSpec(spec) };
    case 'FILE':
      return isFileName(value) ? undefined : wrongType(spec);
    case 'ANY':
      return undefined;
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
      return `one of ${describeChoices(spec.choices)}`;
    case 'FILE':
      return 'the name of a model file';
    case 'ANY':
      return `a value or a link of type ${spec.linkType}`;
    case 'LINK':
      return `a link of type ${spec.linkType}${spec.sourceClasses.length > 0 ? ` from ${spec.sourceClasses.join(' or ')}` : ''}`;
  }
}

const MAX_NAMED_CHOICES = 40;

function describeChoices(choices: readonly (string | number | boolean)[]): string {
  const named = choices.slice(0, MAX_NAMED_CHOICES).join(', ') || 'nothing';
  const more = choices.length - MAX_NAMED_CHOICES;
  return more > 0 ? `${named} and ${more} more` : named;
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
