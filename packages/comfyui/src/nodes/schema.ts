/** What one input takes. Types are ComfyUI's; FILE is a list of model files, which differs per container. */
export type InputSpec = Readonly<{ optional?: true }> &
  (
    | Readonly<{ type: 'INT' | 'FLOAT'; default?: number; min?: number; max?: number }>
    | Readonly<{ type: 'BOOLEAN'; default: boolean }>
    | Readonly<{ type: 'STRING'; default: string }>
    | Readonly<{ type: 'CHOICE'; choices: readonly string[]; default?: string }>
    | Readonly<{ type: 'FILE' }>
    | Readonly<{ type: 'LINK'; linkType: LinkType; sourceClasses: readonly string[] }>
  );

/** Types that travel over links only. «*» takes anything. */
export type LinkType =
  | 'TRAIN_FLUX_MODELS'
  | 'JSON'
  | 'ARGS'
  | 'NETWORK_CONFIG'
  | 'NETWORKTRAINER'
  | 'VALSETTINGS'
  | 'IMAGE'
  | '*';

/** One node class as ComfyUI knows it (node reference, section 3). */
export interface NodeSchema {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Types of the outputs, by slot. */
  readonly outputs: readonly string[];
  /** Whether ComfyUI runs the node for its own sake; everything else runs only when such a one depends on it. */
  readonly isOutput: boolean;
  /** Inputs of older versions of the node pack: accepted, and ignored by newer containers. */
  readonly legacyInputs?: Readonly<Record<string, InputSpec>>;
}

/** Node classes by name. */
export type NodeSchemas = Readonly<Record<string, NodeSchema>>;

/** The schema of a class named from outside; undefined when there is none. */
export function findSchema(schemas: NodeSchemas, classType: string): NodeSchema | undefined {
  return Object.hasOwn(schemas, classType) ? schemas[classType] : undefined;
}

export function int(fallback: number, min?: number, max?: number): InputSpec {
  return { type: 'INT', default: fallback, ...range(min, max) };
}

export function float(fallback: number, min?: number, max?: number): InputSpec {
  return { type: 'FLOAT', default: fallback, ...range(min, max) };
}

export function flag(fallback: boolean): InputSpec {
  return { type: 'BOOLEAN', default: fallback };
}

export function text(fallback = ''): InputSpec {
  return { type: 'STRING', default: fallback };
}

/** A choice; without a default the node declares none. */
export function choice(choices: readonly string[], fallback?: string): InputSpec {
  return { type: 'CHOICE', choices, ...(fallback !== undefined && { default: fallback }) };
}

export const file: InputSpec = { type: 'FILE' };

/**
 * A link. ComfyUI compares only types, and JSON and ARGS each serve several roles, so the classes that may
 * stand at the other end are named here; none named means any of the type.
 */
export function link(linkType: LinkType, ...sourceClasses: readonly string[]): InputSpec {
  return { type: 'LINK', linkType, sourceClasses };
}

export function optional(spec: InputSpec): InputSpec {
  return { ...spec, optional: true };
}

/** A node that feeds others. */
export function node(inputs: NodeSchema['inputs'], ...outputs: readonly string[]): NodeSchema {
  return { inputs, outputs, isOutput: false };
}

/** A node that ComfyUI runs for its own sake. */
export function outputNode(inputs: NodeSchema['inputs'], ...outputs: readonly string[]): NodeSchema {
  return { inputs, outputs, isOutput: true };
}

function range(min: number | undefined, max: number | undefined) {
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}
