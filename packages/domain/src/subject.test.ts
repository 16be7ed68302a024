import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextVersionName, parseModelName, toJobId, toModelName, toSubject } from './subject.ts';

describe('a model name', () => {
  it.each([
    ['actor_0019_V7', 'actor', '0019', 'V7'],
    ['style_16_v1.0', 'style', '16', 'v1.0'],
    ['style_16_test_001', 'style', '16', 'test_001'],
    ['style_16_test_v1', 'style', '16', 'test_v1'],
    ['style_my-style-123', 'style', 'my-style-123', undefined],
    ['actor_my_actor_V3', 'actor', 'my_actor', 'V3'],
  ])('%s is parsed to %s %s, version %s', (name, kind, id, versionName) => {
    expect(parseModelName(name)).toEqual({ subject: { kind, id }, ...(versionName && { versionName }) });
  });

  it.each(['flux_lora', 'actor_', 'style', ''])('%j does not name a subject', (name) => {
    expect(parseModelName(name)).toBeUndefined();
  });

  it('is parsed to the subject and version that it was made of', () => {
    const id = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
    fc.assert(
      fc.property(
        fc.constantFrom('actor', 'style'),
        id,
        fc.integer({ min: 1, max: 999 }),
        (kind, subjectId, n) => {
          const subject = toSubject(kind, subjectId);
          expect(parseModelName(toModelName(subject, `V${n}`))).toEqual({ subject, versionName: `V${n}` });
        },
      ),
    );
  });
});

describe('a generated name', () => {
  it('of a version is above every number in use, whatever other names are in use', () => {
    expect(nextVersionName([])).toBe('V1');
    expect(nextVersionName(['V1', 'v9', 'test_001', 'V10', 'V2b'])).toBe('V11');
  });
  it('of a job has the form of the legacy API', () => {
    const subject = { kind: 'style', id: 'my-style-123' } as const;
    expect(toJobId(subject, toModelName(subject), 1_234_567_890)).toBe(
      'custom-styles_style_my-style-123_1234567890',
    );
  });
});
