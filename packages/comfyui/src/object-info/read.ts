/** One input as a container's /object_info declares it. */
export interface DeclaredInput {
  readonly required: boolean;
  /** ComfyUI's type; CHOICE for a list. */
  readonly type: string;
  readonly choices?: readonly unknown[];
  readonly min?: number;
  readonly max?: number;
}

/** One node class as a container declares it. */
export interface DeclaredClass {
  readonly inputs: Readonly<Record<string, DeclaredInput>>;
  readonly outputs: readonly string[];
  readonly isOutput: boolean;
}

/** Reads one class out of /object_info; undefined when the container does not have it. */
export function readClass(objectInfo: unknown, classType: string): DeclaredClass | undefined {
  const declared = getField(objectInfo, classType);
  if (!isRecord(declared)) return undefined;
  const inputs = getField(declared, 'input');
  const outputs = getField(declared, 'output');
  return {
    inputs: {
      ...readInputs(getField(inputs, 'required'), true),
      ...readInputs(getField(inputs, 'optional'), false),
    },
    outputs: Array.isArray(outputs) ? outputs.map(String) : [],
    isOutput: getField(declared, 'output_node') === true,
  };
}

function readInputs(inputs: unknown, required: boolean): Record<string, DeclaredInput> {
  if (!isRecord(inputs)) return {};
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, readInput(input, required)]),
  );
}

/** A choice is a bare list of its values, or in newer versions ["COMBO", { options }]. */
function readInput(input: unknown, required: boolean): DeclaredInput {
  const [type, options]: readonly unknown[] = Array.isArray(input) ? input : [];
  const listed = Array.isArray(type) ? type : getField(options, 'options');
  if (Array.isArray(listed)) return { required, type: 'CHOICE', choices: listed };
  const [min, max] = [getField(options, 'min'), getField(options, 'max')];
  return {
    required,
    type: String(type),
    ...(typeof min === 'number' && { min }),
    ...(typeof max === 'number' && { max }),
  };
}

function getField(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
