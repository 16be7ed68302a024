import { describe, expect, it } from 'vitest';
import { buildFixture, collectIssues, listFaults, withChangedInputs } from './fixtures.ts';

describe('traps of warm workers (reference, section 5)', () => {
  it('an identical workflow would not run at all: reset_on_queue is true', () => {
    expect(buildFixture()['108']!.inputs['reset_on_queue']).toBe(true);
  });

  it.each([false, undefined, 'true'])('reset_on_queue %s is refused', (reset_on_queue) => {
    expect(listFaults(withChangedInputs('108', { reset_on_queue }))).toContain(
      '108.reset_on_queue not_allowed',
    );
  });

  it('reset_on_queue cannot be overridden', () => {
    const refused = () => buildFixture({}, { overrides: { '108': { reset_on_queue: false } } });
    expect(collectIssues(refused)).toMatchObject([{ code: 'not_allowed', input: 'reset_on_queue' }]);
  });

  it('node ids stay the same from request to request, or old datasets are trained again', () => {
    const first = Object.keys(buildFixture({ max_train_steps: 25_000 }));
    const second = Object.keys(
      buildFixture({ max_train_steps: 29_000 }, { trigger: 'actor_19', outputName: 'a_V1' }),
    );
    expect(second).toEqual(first);
  });

  it('the ids are those of the seeds', () => {
    const ids = ['2', '4', '8', '14', '37', '70', '90', '95', '107', '108', '109', '133'];
    expect(Object.keys(buildFixture())).toEqual(ids);
  });

  it.each(['output_dir', 'output_name'])('%s is the attempt’s own and cannot be overridden', (input) => {
    const refused = () => buildFixture({}, { overrides: { '107': { [input]: '/elsewhere' } } });
    expect(collectIssues(refused)).toMatchObject([{ code: 'not_allowed', node: '107', input }]);
  });
});
