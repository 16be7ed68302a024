import { NODE_SCHEMAS } from './nodes/registry.ts';
import type { InputSpec, NodeSchema, NodeSchemas } from './nodes/schema.ts';
import { describeSpec } from './validation/inputs.ts';

/**
 * A difference between Trainyard's node schemas and those of a container. `contradiction`: the container would reject or
 * misread a workflow that validation accepts. `information`: a difference without effect on validated workflows.
 */
export interface ObjectInfoFinding {
  readonly severity: 'contradiction' | 'information';
  readonly class_type: string;
  readonly input?: string;
  readonly message: string;
}

/** The input of {@link compareObjectInfo}. */
export interface ObjectInfoComparison {
  /** The parsed response of a container to GET /object_info. */
  readonly objectInfo: unknown;
  /** Classes that every training needs; other classes may be missing in the container. */
  readonly neededClasses: readonly string[];
  readonly schemas?: NodeSchemas;
}

/** Finds all differences between Trainyard's node schemas and those of a container. */
export function compareObjectInfo(comparison: ObjectInfoComparison): readonly ObjectInfoFinding[] {
  const { objectInfo, neededClasses, schemas = NODE_SCHEMAS } = comparison;
  return Object.entries(schemas).flatMap(([classType, ours]) => {
    const theirs = readClass(objectInfo, classType);
    if (theirs !== undefined)
      return compareClass(ours, theirs).map((found) => ({ ...found, class_type: classType }));
    const severity = neededClasses.includes(classType) ? 'contradiction' : 'information';
    return [{ severity, class_type: classType, message: 'is missing in the container' } as const];
  });
}

type InputFinding = Omit<ObjectInfoFinding, 'class_type'>;

function compareClass(ours: NodeSchema, theirs: DeclaredClass): readonly InputFinding[] {
  const found: InputFinding[] = [];
  if (ours.outputs.join() !== theirs.outputs.join()) {
    found.push(
      contradiction(
        `outputs in the container: ${theirs.outputs.join(', ')}; expected: ${ours.outputs.join(', ')}`,
      ),
    );
  }
  if (ours.isOutput !== theirs.isOutput)
    found.push(contradiction(`output_node in the container: ${theirs.isOutput}; expected: ${ours.isOutput}`));
  for (const [input, spec] of Object.entries(ours.inputs)) {
    found.push(...compareInput(spec, theirs.inputs[input]).map((difference) => ({ ...difference, input })));
  }
  return [...found, ...extraInputs(ours, theirs)];
}

function extraInputs(ours: NodeSchema, theirs: DeclaredClass): readonly InputFinding[] {
  const known = { ...ours.inputs, ...ours.legacyInputs };
  return Object.entries(theirs.inputs)
    .filter(([input]) => !Object.hasOwn(known, input))
    .map(([input, declared]) =>
      declared.required
        ? { ...contradiction('is required in the container and unknown to Trainyard'), input }
        : { ...information('is optional in the container and unknown to Trainyard'), input },
    );
}

function compareInput(ours: InputSpec, theirs: DeclaredInput | undefined): readonly InputFinding[] {
  if (theirs === undefined) return [contradiction('is missing in the container, which would ignore it')];
  const wire = wireType(ours);
  if (wire !== theirs.type)
    return [contradiction(`type in the container: ${theirs.type}; expected: ${wire}`)];
  const found: InputFinding[] = [];
  if (theirs.required && ours.optional)
    found.push(contradiction('is required in the container; expected: optional'));
  if (!theirs.required && !ours.optional)
    found.push(information('is optional in the container; expected: required'));
  return [...found, ...compareChoices(ours, theirs), ...compareBounds(ours, theirs)];
}

function compareChoices(ours: InputSpec, theirs: DeclaredInput): readonly InputFinding[] {
  const declared = theirs.choices ?? [];
  if (ours.type === 'FILE') return [information(`files in the container: ${declared.join(', ') || 'none'}`)];
  if (ours.type !== 'CHOICE') return [];
  const missing = ours.choices.filter((choice) => !declared.includes(choice));
  const extra = declared.filter((choice) => !ours.choices.includes(choice as string));
  return [
    ...(missing.length > 0 ? [contradiction(`the container does not accept ${missing.join(', ')}`)] : []),
    ...(extra.length > 0 ? [information(`the container also accepts ${extra.join(', ')}`)] : []),
  ];
}

function compareBounds(ours: InputSpec, theirs: DeclaredInput): readonly InputFinding[] {
  if (ours.type !== 'INT' && ours.type !== 'FLOAT') return [];
  const [min, max] = [ours.min ?? Number.NEGATIVE_INFINITY, ours.max ?? Number.POSITIVE_INFINITY];
  const [theirMin, theirMax] = [
    theirs.min ?? Number.NEGATIVE_INFINITY,
    theirs.max ?? Number.POSITIVE_INFINITY,
  ];
  if (min === theirMin && max === theirMax) return [];
  const message = `bounds in the container: ${theirMin} to ${theirMax}; expected: ${describeSpec(ours)}`;
  return [min < theirMin || max > theirMax ? contradiction(message) : information(message)];
}

function wireType(spec: InputSpec): string {
  if (spec.type === 'LINK') return spec.linkType;
  return spec.type === 'FILE' ? 'CHOICE' : spec.type;
}

function contradiction(message: string) {
  return { severity: 'contradiction', message } as const;
}
function information(message: string) {
  return { severity: 'information', message } as const;
}

/** An input as the /object_info of a container declares it. */
interface DeclaredInput {
  readonly required: boolean;
  /** ComfyUI's type; CHOICE for a list. */
  readonly type: string;
  readonly choices?: readonly unknown[];
  readonly min?: number;
  readonly max?: number;
}

/** A node class as a container declares it. */
interface DeclaredClass {
  readonly inputs: Readonly<Record<string, DeclaredInput>>;
  readonly outputs: readonly string[];
  readonly isOutput: boolean;
}

/** Reads a class from /object_info; undefined when the container does not have it. */
function readClass(objectInfo: unknown, classType: string): DeclaredClass | undefined {
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

/** A choice is a plain list of its values; in newer versions it is ["COMBO", { options }]. */
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
