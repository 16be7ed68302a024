import { HYPERPARAMETER_BOUNDS, type HyperparameterName } from '@trainyard/domain';
import { describe, expect, it } from 'vitest';
import { HYPERPARAMETER_CLASSES } from '../node-inputs.ts';
import { NODE_SCHEMAS } from './registry.ts';

describe('the node schemas', () => {
  it('hold the 24 classes of the node reference, four of them outputs', () => {
    expect(Object.keys(NODE_SCHEMAS)).toHaveLength(24);
    const outputs = Object.entries(NODE_SCHEMAS).filter(([, schema]) => schema.isOutput);
    expect(outputs.map(([name]) => name).sort()).toEqual([
      'FluxTrainEnd',
      'PreviewAny',
      'PreviewImage',
      'SaveImage',
    ]);
  });

  it('list only existing classes as sources of a link, each with an output of its type', () => {
    for (const { inputs } of Object.values(NODE_SCHEMAS)) {
      for (const spec of Object.values(inputs)) {
        if (spec.type !== 'LINK') continue;
        for (const source of spec.sourceClasses)
          expect(NODE_SCHEMAS[source]?.outputs).toContain(spec.linkType);
      }
    }
  });

  it.each(Object.entries(HYPERPARAMETER_CLASSES))(
    'accept %s in %s within the bounds of the domain',
    (name, classType) => {
      const bound = HYPERPARAMETER_BOUNDS[name as HyperparameterName];
      const spec = NODE_SCHEMAS[classType]!.inputs[name]!;
      if (bound.type === 'choice')
        return expect(spec).toMatchObject({ type: 'CHOICE', choices: bound.choices });
      if (bound.type === 'boolean') return expect(spec.type).toBe('BOOLEAN');
      expect(spec.type).toBe(bound.type === 'integer' ? 'INT' : 'FLOAT');
      const limits = {
        ...(bound.min !== undefined && { min: bound.min }),
        ...(bound.max !== undefined && { max: bound.max }),
      };
      // The node declares no bound for blocks_to_swap; the domain and the rules do.
      if (name !== 'blocks_to_swap') expect(spec).toMatchObject(limits);
    },
  );
});
