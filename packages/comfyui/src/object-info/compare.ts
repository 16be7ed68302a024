import type { ModelFiles } from '../build-workflow.ts';
import { NODE_SCHEMAS } from '../nodes/registry.ts';
import type { InputSpec, NodeSchema, NodeSchemas } from '../nodes/schema.ts';
import { describeSpec } from '../validation/inputs.ts';
import type { DeclaredClass, DeclaredClasses, DeclaredInput } from './declared.ts';

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
  /** The node classes of a container, from its response to GET /object_info. */
  readonly declared: DeclaredClasses;
  /** Classes that every training needs; other classes may be missing in the container. */
  readonly neededClasses: readonly string[];
  readonly schemas?: NodeSchemas;
  /** The model files of the settings. With them only missing files are reported, otherwise all files of the container. */
  readonly models?: ModelFiles;
}

/** Finds all differences between Trainyard's node schemas and those of a container. */
export function compareObjectInfo(comparison: ObjectInfoComparison): readonly ObjectInfoFinding[] {
  const { declared, neededClasses, schemas = NODE_SCHEMAS, models } = comparison;
  return Object.entries(schemas).flatMap(([classType, ours]) => {
    const theirs = Object.hasOwn(declared, classType) ? declared[classType] : undefined;
    if (theirs !== undefined)
      return compareClass(ours, theirs, models).map((found) => ({ ...found, class_type: classType }));
    const severity = neededClasses.includes(classType) ? 'contradiction' : 'information';
    return [{ severity, class_type: classType, message: 'is missing in the container' } as const];
  });
}

type InputFinding = Omit<ObjectInfoFinding, 'class_type'>;

function compareClass(
  ours: NodeSchema,
  theirs: DeclaredClass,
  models: ModelFiles | undefined,
): readonly InputFinding[] {
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
    const declared = theirs.inputs[input];
    const differences =
      spec.type === 'FILE' && declared?.type === 'CHOICE'
        ? compareFiles(declared, findFile(models, input))
        : compareInput(spec, declared);
    found.push(...differences.map((difference) => ({ ...difference, input })));
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

function findFile(models: ModelFiles | undefined, input: string): string | undefined {
  return models && Object.hasOwn(models, input) ? models[input as keyof ModelFiles] : undefined;
}

function compareFiles({ choices = [] }: DeclaredInput, file: string | undefined): readonly InputFinding[] {
  const files = `files in the container: ${choices.join(', ') || 'none'}`;
  if (file === undefined) return [information(files)];
  return choices.includes(file) ? [] : [contradiction(`the container has no file "${file}"; ${files}`)];
}

function compareChoices(ours: InputSpec, theirs: DeclaredInput): readonly InputFinding[] {
  const declared = theirs.choices ?? [];
  if (ours.type !== 'CHOICE') return [];
  const missing = ours.choices.filter((choice) => !declared.includes(choice));
  const extra = declared.filter((choice) => !ours.choices.includes(choice));
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
