import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_OUTPUT_DIR_TEMPLATE,
  findOutputDirFault,
  toOutputDir,
  toOutputName,
} from './container-output.ts';

const actor = {
  trainingId: '0198f0a2-1111-7000-8000-00000000abcd',
  attempt: 1,
  subject: { kind: 'actor', id: '0019' },
  modelName: 'actor_0019_V7',
  versionName: 'V7',
} as const;
const style = { ...actor, subject: { kind: 'style', id: '16' }, modelName: 'style_16' } as const;

describe('the output folder of an attempt', () => {
  it('is unique per attempt by default', () => {
    expect(toOutputDir(actor, DEFAULT_OUTPUT_DIR_TEMPLATE)).toBe(`/output/${actor.trainingId}/attempt-1`);
  });

  it('may be fixed, or contain every placeholder', () => {
    expect(toOutputDir(actor, '/workspace/output/')).toBe('/workspace/output');
    const template = '/o/{kind}/{subject_id}/{version}/{model_name}';
    expect(findOutputDirFault(template)).toBeUndefined();
    expect(toOutputDir(actor, template)).toBe('/o/actor/0019/V7/actor_0019_V7');
  });

  it.each([
    ['output', /must be an absolute path/],
    ['/output/{training}', /\{training\} is not a placeholder/],
    ['/output/{output_name}', /\{output_name\} is not a placeholder/],
    ['/output/{training_id', /brace/],
    ['/output/../x', /\. or \.\./],
    ['/output//x', /empty path part/],
    ['/', /empty path part/],
    ['/output ', /blank at its end/],
  ])('refuses the template %j', (template, fault) => {
    expect(findOutputDirFault(template)).toMatch(fault);
  });
});

describe('the name of an output file', () => {
  it('is the model name in a folder that only the attempt uses', () => {
    expect(toOutputName({ ...style, attempt: 3 }, {}, DEFAULT_OUTPUT_DIR_TEMPLATE)).toBe('style_16');
  });

  it.each([
    ['the first attempt', actor, {}, 'actor_0019_V7'],
    ['a later attempt', { ...actor, attempt: 2 }, {}, 'actor_0019_V7-a2'],
    [
      'a style with a version name',
      { ...style, modelName: 'style_16_v1.0' },
      { versionName: 'v1.0' },
      'style_16_v1.0',
    ],
    ['a style without a version name', style, {}, 'style_16-0000abcd'],
    ['its later attempt', { ...style, attempt: 2 }, {}, 'style_16-0000abcd-a2'],
    ['a model name of the caller', { ...actor, modelName: 'mine' }, { modelName: 'mine' }, 'mine-0000abcd'],
  ])('in a fixed folder for %s is unique', (_, facts, chosen, expected) => {
    for (const template of ['/output', '/output/{training_id}', '/output/{attempt}'])
      expect(toOutputName(facts, chosen, template)).toBe(expected);
  });

  it('and its folder never repeat, for attempts of different trainings and versions', () => {
    const attempts = fc.record({
      training: fc.nat(3),
      attempt: fc.integer({ min: 1, max: 4 }),
      named: fc.boolean(),
    });
    const templates = fc.constantFrom('/output', '/output/{training_id}', DEFAULT_OUTPUT_DIR_TEMPLATE);
    fc.assert(
      fc.property(
        fc.uniqueArray(attempts, { selector: (each) => `${each.training} ${each.attempt}` }),
        templates,
        (all, template) => {
          const paths = all.map(({ training, attempt, named }) => {
            const versionName = `V${training}`;
            const modelName = named ? `style_16_${versionName}` : 'style_16';
            const facts = { ...style, trainingId: `t-${training}0000000`, attempt, modelName, versionName };
            const name = toOutputName(facts, named ? { versionName } : {}, template);
            return `${toOutputDir(facts, template)}/${name}`;
          });
          expect(new Set(paths).size).toBe(paths.length);
        },
      ),
    );
  });
});
