import { NODE_SCHEMAS } from '../nodes/registry.ts';
import { findSchema, type InputSpec, type NodeSchema, type NodeSchemas } from '../nodes/schema.ts';
import type { Workflow } from '../workflow.ts';
import type { DeclaredClass, DeclaredClasses, DeclaredInput } from './declared.ts';

/**
 * The node schemas of a container: the known classes with the container's choices and bounds, and every other class as the
 * container declares it.
 */
export function toNodeSchemas(declared: DeclaredClasses): NodeSchemas {
  const linkTypes = new Set(Object.values(declared).flatMap(({ outputs }) => outputs));
  const foreign = Object.entries(declared).map(
    ([name, each]) => [name, toForeignSchema(each, linkTypes)] as const,
  );
  const known = Object.entries(NODE_SCHEMAS).map(([name, schema]) => {
    const theirs = Object.hasOwn(declared, name) ? declared[name] : undefined;
    return [name, theirs === undefined ? schema : withTheirBounds(schema, theirs)] as const;
  });
  return Object.fromEntries([...foreign, ...known]);
}

function withTheirBounds(schema: NodeSchema, theirs: DeclaredClass): NodeSchema {
  const inputs = Object.entries(schema.inputs).map(([name, spec]) => {
    const declared = Object.hasOwn(theirs.inputs, name) ? theirs.inputs[name] : undefined;
    return [name, declared === undefined ? spec : withBounds(spec, declared)] as const;
  });
  const merged = { ...schema, inputs: Object.fromEntries(inputs) };
  return JSON.stringify(merged) === JSON.stringify(schema) ? schema : merged;
}

/** The container's choices and bounds outrank the known ones; a declaration of another type changes nothing. */
function withBounds(spec: InputSpec, { type, choices = [], min, max }: DeclaredInput): InputSpec {
  const optional = spec.optional ? ({ optional: true } as const) : {};
  if ((spec.type === 'CHOICE' || spec.type === 'FILE') && type === 'CHOICE' && choices.length > 0)
    return { ...(spec.type === 'CHOICE' && spec), type: 'CHOICE', choices, ...optional };
  if ((spec.type === 'INT' || spec.type === 'FLOAT') && type === spec.type)
    return { ...withoutRange(spec), ...toRange(min, max), ...optional };
  return spec;
}

function toForeignSchema(declared: DeclaredClass, linkTypes: ReadonlySet<string>): NodeSchema {
  const inputs = Object.entries(declared.inputs).map(([name, input]) => {
    const optional = input.required ? {} : ({ optional: true } as const);
    return [name, { ...toSpec(input, linkTypes), ...optional }] as const;
  });
  return { inputs: Object.fromEntries(inputs), outputs: declared.outputs, isOutput: declared.isOutput };
}

/**
 * ComfyUI compares types only for links. A type that no class returns belongs to a widget of the editor, whose values
 * ComfyUI takes unchecked.
 */
function toSpec({ type, choices = [], min, max }: DeclaredInput, linkTypes: ReadonlySet<string>): InputSpec {
  switch (type) {
    case 'INT':
    case 'FLOAT':
      return { type, ...toRange(min, max) };
    case 'BOOLEAN':
      return { type, default: false };
    case 'STRING':
      return { type, default: '' };
    case 'CHOICE':
      return { type, choices };
    default:
      return isLinkType(type, linkTypes)
        ? { type: 'LINK', linkType: type, sourceClasses: [] }
        : { type: 'ANY', linkType: type };
  }
}

/** The wildcard and a list of types (`IMAGE,MASK`) also take values. */
function isLinkType(type: string, linkTypes: ReadonlySet<string>): boolean {
  return linkTypes.has(type) && type !== '*' && !type.includes(',');
}

function withoutRange({
  min: _,
  max: __,
  optional: ___,
  ...spec
}: Extract<InputSpec, { type: 'INT' | 'FLOAT' }>) {
  return spec;
}

function toRange(min: number | undefined, max: number | undefined) {
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

/** A longer list of choices is reduced to those that the workflow uses. */
const MAX_KEPT_CHOICES = 50;

/**
 * The schemas of the classes that a workflow uses, where they come from a container. A stored workflow keeps them, so that
 * it stays valid while the container's document is unreadable.
 */
export function pickUsedSchemas(workflow: Workflow, schemas: NodeSchemas): NodeSchemas {
  const names = new Set(Object.values(workflow).map((node) => node.class_type));
  const used = [...names].flatMap((name) => {
    const schema = findSchema(schemas, name);
    if (schema === undefined || schema === findSchema(NODE_SCHEMAS, name)) return [];
    return [[name, withUsedChoices(schema, name, workflow)] as const];
  });
  return Object.fromEntries(used);
}

function withUsedChoices(schema: NodeSchema, name: string, workflow: Workflow): NodeSchema {
  const nodes = Object.values(workflow).filter((node) => node.class_type === name);
  const inputs = Object.entries(schema.inputs).map(([input, spec]) => {
    if (spec.type !== 'CHOICE' || spec.choices.length <= MAX_KEPT_CHOICES) return [input, spec] as const;
    const values = nodes.map((node) => node.inputs[input]);
    return [input, { ...spec, choices: spec.choices.filter((choice) => values.includes(choice)) }] as const;
  });
  return { ...schema, inputs: Object.fromEntries(inputs) };
}
