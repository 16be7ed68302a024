import { describe, expect, test } from 'vitest';
import { compareLines, toComparison } from './comparison.ts';
import { loadSubjectNames } from './subject-names.ts';
import { type Version, versionLines } from './version-lines.ts';

function createVersion(name: string, parameters: object, more: object = {}): Version {
  return { name, status: 'completed', imageCount: 15, parameters, ...more } as unknown as Version;
}

const compare = (before: Version, after: Version) =>
  toComparison({ version: before, training: undefined }, { version: after, training: undefined });

describe('the comparison of two versions', () => {
  test('names the equal parameters of imported versions and calls their results unknown', () => {
    const comparison = compare(
      createVersion('V5', { max_train_steps: 800 }),
      createVersion('V6', { max_train_steps: 800 }),
    );
    expect(comparison).toMatchObject({ differences: [], same_parameters: true, results_known: false });
    expect(compareLines(comparison, 80).slice(0, 2)).toEqual([
      'V5 and V6 have the same 2 parameters: max_train_steps, images',
      'The results of V5 and V6 (loss, time, cost) are unknown.',
    ]);
  });

  test('counts parameters that one version does not record in a line of at most 80 columns', () => {
    const defaults = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`parameter_${at}`, at]));
    const comparison = compare(
      createVersion('V6', { max_train_steps: 800 }),
      createVersion('V7', { max_train_steps: 900, ...defaults }, { final_loss: 0.05 }),
    );
    const lines = compareLines(comparison, 80);
    expect(lines.filter((line) => line.includes('parameter_'))).toEqual([
      expect.stringMatching(/^V6 does not record 30 parameters: parameter_0, parameter_1, .*…$/),
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(comparison.differences.map(({ name }) => name)).toEqual(['max_train_steps', 'loss']);
    expect(lines.join('\n')).not.toContain('unknown.\n');
  });
});

test('the table of versions keeps verdict, loss, time, cost, images and pictures within 80 columns', () => {
  const results = { final_loss: 0.0312, duration: 2_280, cost: 2.32, timestamp: '2026-11-30T10:00:00Z' };
  const version = createVersion(
    'V7',
    { max_train_steps: 2_000 },
    {
      ...results,
      verdict: 'not_good',
      samples: ['a_1.png', 'a_loss.png'],
      description: 'a long note'.repeat(9),
    },
  );
  const [heading = ''] = versionLines([version], 80);
  for (const title of ['VERDICT', 'IMAGES', 'LOSS', 'TIME', 'COST', 'PICTURES'])
    expect(heading).toContain(title);
  expect(heading).not.toContain('CREATED');
});

test('the name of a subject is not preceded by a second form of its id', async () => {
  const request = (async (path: string) =>
    path.endsWith('styles')
      ? { styles: [] }
      : {
          actors: [
            { id: '19', name: '0019 asian 39 male' },
            { id: '20', name: 'Ada' },
          ],
        }) as never;
  const names = await loadSubjectNames({ request });
  expect(names.format({ kind: 'actor', subject_id: '19' })).toBe('0019 asian 39 male');
  expect(names.format({ kind: 'actor', subject_id: '20' })).toBe('20 Ada');
});
