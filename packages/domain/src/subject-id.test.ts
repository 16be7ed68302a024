import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listIdSpellings, parseModelName, toModelName, toSubject, toSubjectId } from './subject.ts';

const number = fc.integer({ min: 0, max: 9_999 });
const spelling = number.chain((value) =>
  fc.constantFrom(...listIdSpellings(toSubject('actor', String(value)))),
);
/** Any text, with many that are digits or nearly so. */
const anyId = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  fc.stringMatching(/^[0-9]{1,7}$/),
  fc.stringMatching(/^[ 0-9+._-]{1,5}$/),
);

describe('the id of an actor', () => {
  it.each([
    ['19', '0019'],
    ['019', '0019'],
    ['0019', '0019'],
    ['0', '0000'],
    ['0000', '0000'],
    ['9999', '9999'],
    ['00019', '00019'],
    ['12345', '12345'],
    ['+19', '+19'],
    ['19 ', '19 '],
    ['19\n', '19\n'],
    ['1.9', '1.9'],
    ['１９', '１９'],
    ['anna', 'anna'],
    ['', ''],
  ])('%j is stored as %j', (id, stored) => {
    expect(toSubjectId('actor', id)).toBe(stored);
  });

  it('of one to four digits is equal for all spellings of one number and differs for other numbers', () => {
    fc.assert(
      fc.property(spelling, spelling, (one, other) => {
        const same = Number(one) === Number(other);
        expect(toSubjectId('actor', one) === toSubjectId('actor', other)).toBe(same);
      }),
    );
  });

  it('is equal for two texts only if they are equal or both are one to four digits of one number', () => {
    fc.assert(
      fc.property(anyId, anyId, (one, other) => {
        const isNumber = (id: string): boolean => /^[0-9]{1,4}$/.test(id);
        const same = one === other || (isNumber(one) && isNumber(other) && Number(one) === Number(other));
        expect(toSubjectId('actor', one) === toSubjectId('actor', other)).toBe(same);
        expect(toSubjectId('style', one)).toBe(one);
      }),
    );
  });

  it('has itself among the spellings of its stored form, each once', () => {
    fc.assert(
      fc.property(anyId, fc.constantFrom('actor', 'style'), (id, kind) => {
        const spellings = listIdSpellings({ kind, id });
        expect(spellings).toContain(id);
        expect(spellings[0]).toBe(toSubjectId(kind, id));
        expect(new Set(spellings).size).toBe(spellings.length);
        for (const each of spellings) expect(toSubjectId(kind, each)).toBe(toSubjectId(kind, id));
      }),
    );
    expect(listIdSpellings({ kind: 'actor', id: '7' })).toEqual(['0007', '007', '07', '7']);
    expect(listIdSpellings({ kind: 'style', id: '7' })).toEqual(['7']);
  });

  it('has four digits in the names of its models, which are parsed in any spelling', () => {
    fc.assert(
      fc.property(spelling, fc.integer({ min: 1, max: 99 }), (id, version) => {
        const parsed = { subject: toSubject('actor', id), versionName: `V${version}` };
        expect(parseModelName(`actor_${id}_V${version}`)).toEqual(parsed);
        expect(toModelName({ kind: 'actor', id }, `V${version}`)).toBe(
          `actor_${parsed.subject.id}_V${version}`,
        );
      }),
    );
  });
});
