import { DEFAULT_MODEL_FILES } from '../src/build-workflow.ts';
import { NODE_SCHEMAS } from '../src/nodes/registry.ts';
import type { InputSpec, NodeSchema } from '../src/nodes/schema.ts';

function declare(spec: InputSpec): unknown[] {
  switch (spec.type) {
    case 'LINK':
      return [spec.linkType];
    case 'FILE':
      return [Object.values(DEFAULT_MODEL_FILES)];
    case 'CHOICE':
      return [spec.choices, {}];
    case 'INT':
    case 'FLOAT':
      return [spec.type, { min: spec.min, max: spec.max }];
    case 'BOOLEAN':
    case 'STRING':
      return [spec.type, { default: spec.default }];
    case 'ANY':
      return [spec.linkType];
  }
}

function declareClass(schema: NodeSchema) {
  const side = (optional: boolean) =>
    Object.fromEntries(
      Object.entries(schema.inputs)
        .filter(([, spec]) => (spec.optional === true) === optional)
        .map(([name, spec]) => [name, declare(spec)]),
    );
  return {
    input: { required: side(false), optional: side(true) },
    output: schema.outputs,
    output_node: schema.isOutput,
  };
}

/** The response of a container to `GET /object_info` whose node classes equal the built-in schemas. */
export function buildObjectInfo() {
  return structuredClone(
    Object.fromEntries(Object.entries(NODE_SCHEMAS).map(([name, schema]) => [name, declareClass(schema)])),
  );
}
