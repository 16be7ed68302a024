/**
 * The allowed values of an input. Types are ComfyUI's; FILE is the name of a model file, which depends on the container;
 * ANY is a type of a foreign class whose values ComfyUI does not check.
 */
export type InputSpec = Readonly<{ optional?: true }> &
  (
    | Readonly<{ type: 'INT' | 'FLOAT'; default?: number; min?: number; max?: number }>
    | Readonly<{ type: 'BOOLEAN'; default: boolean }>
    | Readonly<{ type: 'STRING'; default: string }>
    | Readonly<{ type: 'CHOICE'; choices: readonly (string | number | boolean)[]; default?: string }>
    | Readonly<{ type: 'FILE' }>
    | Readonly<{ type: 'LINK'; linkType: string; sourceClasses: readonly string[] }>
    | Readonly<{ type: 'ANY'; linkType: string }>
  );

/** Types of links between the known classes. «*» accepts every type. */
type LinkType =
  | 'TRAIN_FLUX_MODELS'
  | 'JSON'
  | 'ARGS'
  | 'NETWORK_CONFIG'
  | 'NETWORKTRAINER'
  | 'VALSETTINGS'
  | 'IMAGE'
  | '*';

/** A node class of ComfyUI (docs/training-nodes.md). */
export interface NodeSchema {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Types of the outputs, by slot. */
  readonly outputs: readonly string[];
  /** Whether the node is an output node; ComfyUI runs output nodes and the nodes that they depend on. */
  readonly isOutput: boolean;
  /** Inputs of older versions of the node pack; newer containers ignore them. */
  readonly legacyInputs?: Readonly<Record<string, InputSpec>>;
}

/** Node classes by name. */
export type NodeSchemas = Readonly<Record<string, NodeSchema>>;

/** Finds the schema of an unchecked class name; undefined for an unknown class. */
export function findSchema(schemas: NodeSchemas, classType: string): NodeSchema | undefined {
  return Object.hasOwn(schemas, classType) ? schemas[classType] : undefined;
}

/** An integer input with its default and bounds. */
export function int(fallback: number, min?: number, max?: number): InputSpec {
  return { type: 'INT', default: fallback, ...range(min, max) };
}

/** A number input with its default and bounds. */
export function float(fallback: number, min?: number, max?: number): InputSpec {
  return { type: 'FLOAT', default: fallback, ...range(min, max) };
}

/** A boolean input with its default. */
export function flag(fallback: boolean): InputSpec {
  return { type: 'BOOLEAN', default: fallback };
}

/** A text input with its default, empty without one. */
export function text(fallback = ''): InputSpec {
  return { type: 'STRING', default: fallback };
}

/** A choice input; `fallback` is absent when the node declares no default. */
export function choice(choices: readonly string[], fallback?: string): InputSpec {
  return { type: 'CHOICE', choices, ...(fallback !== undefined && { default: fallback }) };
}

/** An input that names a model file. */
export const file: InputSpec = { type: 'FILE' };

/**
 * A link input. ComfyUI compares only types, and JSON and ARGS each have several roles, so the allowed source classes
 * are listed here; without a class every source of the type is allowed.
 */
export function link(linkType: LinkType, ...sourceClasses: readonly string[]): InputSpec {
  return { type: 'LINK', linkType, sourceClasses };
}

/** The same input, optional. */
export function optional(spec: InputSpec): InputSpec {
  return { ...spec, optional: true };
}

/** A node that runs only when an output node depends on it. */
export function node(inputs: NodeSchema['inputs'], ...outputs: readonly string[]): NodeSchema {
  return { inputs, outputs, isOutput: false };
}

/** An output node. */
export function outputNode(inputs: NodeSchema['inputs'], ...outputs: readonly string[]): NodeSchema {
  return { inputs, outputs, isOutput: true };
}

function range(min: number | undefined, max: number | undefined) {
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}
