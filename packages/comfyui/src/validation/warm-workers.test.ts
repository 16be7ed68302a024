import { describe, expect, it } from 'vitest';
import { buildFixture, collectIssues, listFaults, withChangedInputs } from '../../test/fixtures.ts';

describe('a warm worker', () => {
  it('runs an identical workflow again, since reset_on_queue is true', () => {
    expect(buildFixture()['108']!.inputs['reset_on_queue']).toBe(true);
  });

  it.each([false, undefined, 'true'])('gets no workflow with reset_on_queue %s', (reset_on_queue) => {
    expect(listFaults(withChangedInputs('108', { reset_on_queue }))).toContain(
      '108.reset_on_queue not_allowed',
    );
  });

  it('gets no workflow with an override of reset_on_queue', () => {
    const refused = () => buildFixture({}, { overrides: { '108': { reset_on_queue: false } } });
    expect(collectIssues(refused)).toMatchObject([{ code: 'not_allowed', input: 'reset_on_queue' }]);
  });

  it('gets the same node ids with every request, since new ids keep old datasets', () => {
    const first = Object.keys(buildFixture({ max_train_steps: 25_000 }));
    const second = Object.keys(
      buildFixture({ max_train_steps: 29_000 }, { trigger: 'actor_19', outputName: 'a_V1' }),
    );
    expect(second).toEqual(first);
  });

  it('gets the node ids of the legacy tools', () => {
    const ids = ['2', '4', '8', '14', '37', '70', '90', '95', '107', '108', '109', '133'];
    expect(Object.keys(buildFixture())).toEqual(ids);
  });

  it.each(['output_dir', 'output_name'])(
    'gets the %s of the attempt, which cannot be overridden',
    (input) => {
      const refused = () => buildFixture({}, { overrides: { '107': { [input]: '/elsewhere' } } });
      expect(collectIssues(refused)).toMatchObject([{ code: 'not_allowed', node: '107', input }]);
    },
  );
});
