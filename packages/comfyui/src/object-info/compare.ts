import { NODE_SCHEMAS } from '../nodes/registry.ts';
import type { InputSpec, NodeSchema, NodeSchemas } from '../nodes/schema.ts';
import { describeSpec } from '../validation/values.ts';
import { type DeclaredClass, type DeclaredInput, readClass } from './read.ts';

/**
 * One difference between our schemas and a container's. A contradiction means that a workflow we call sound
 * would be refused or misread there; information is good to know.
 */
export interface ObjectInfoFinding {
  readonly severity: 'contradiction' | 'information';
  readonly class_type: string;
  readonly input?: string;
  readonly message: string;
}

export interface ObjectInfoComparison {
  /** A container's parsed answer to GET /object_info. */
  readonly objectInfo: unknown;
  /** Classes without which no training runs; any other may be missing. */
  readonly neededClasses: readonly string[];
  readonly schemas?: NodeSchemas;
}

/** Every difference between our node schemas and those of a container. */
export function compareObjectInfo(comparison: ObjectInfoComparison): readonly ObjectInfoFinding[] {
  const { objectInfo, neededClasses, schemas = NODE_SCHEMAS } = comparison;
  return Object.entries(schemas).flatMap(([classType, ours]) => {
    const theirs = readClass(objectInfo, classType);
    if (theirs !== undefined)
      return compareClass(ours, theirs).map((found) => ({ ...found, class_type: classType }));
    const severity = neededClasses.includes(classType) ? 'contradiction' : 'information';
    return [{ severity, class_type: classType, message: 'the container has no such node' } as const];
  });
}

type InputFinding = Omit<ObjectInfoFinding, 'class_type'>;

function compareClass(ours: NodeSchema, theirs: DeclaredClass): readonly InputFinding[] {
  const found: InputFinding[] = [];
  if (ours.outputs.join() !== theirs.outputs.join()) {
    found.push(contradiction(`outputs are ${theirs.outputs.join(', ')}; ours ${ours.outputs.join(', ')}`));
  }
  if (ours.isOutput !== theirs.isOutput)
    found.push(contradiction(`output_node is ${theirs.isOutput}; ours ${ours.isOutput}`));
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
        ? { ...contradiction('is required there and unknown to us'), input }
        : { ...information('is optional there and unknown to us'), input },
    );
}

function compareInput(ours: InputSpec, theirs: DeclaredInput | undefined): readonly InputFinding[] {
  if (theirs === undefined) return [contradiction('is missing there and would be ignored')];
  const wire = wireType(ours);
  if (wire !== theirs.type) return [contradiction(`is ${theirs.type} there; ours ${wire}`)];
  const found: InputFinding[] = [];
  if (theirs.required && ours.optional) found.push(contradiction('is required there; ours optional'));
  if (!theirs.required && !ours.optional) found.push(information('is optional there; ours required'));
  return [...found, ...compareChoices(ours, theirs), ...compareBounds(ours, theirs)];
}

function compareChoices(ours: InputSpec, theirs: DeclaredInput): readonly InputFinding[] {
  const declared = theirs.choices ?? [];
  if (ours.type === 'FILE') return [information(`files there: ${declared.join(', ') || 'none'}`)];
  if (ours.type !== 'CHOICE') return [];
  const missing = ours.choices.filter((choice) => !declared.includes(choice));
  const extra = declared.filter((choice) => !ours.choices.includes(choice as string));
  return [
    ...(missing.length > 0 ? [contradiction(`does not take ${missing.join(', ')} there`)] : []),
    ...(extra.length > 0 ? [information(`also takes ${extra.join(', ')} there`)] : []),
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
  const message = `bounds are ${theirMin} to ${theirMax} there; ours ${describeSpec(ours)}`;
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
