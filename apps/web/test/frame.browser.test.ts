import { startStudio } from '@trainyard/testing/studio';
import { describe, expect, it } from 'vitest';

const studio = startStudio();

const ROUTES = ['/', '/actors', '/actors/0019', '/auto-train', '/settings'];

describe('every page of the studio', () => {
  it.each(ROUTES)(
    'loads %s without an error, a violation of its policy or a request to a different origin',
    async (path) => {
      const { page, origin, origins, violations, errors } = await studio.open(path);
      await page.getByRole('navigation', { name: 'Pages' }).waitFor();
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect({ violations, errors, origins: [...origins] }).toEqual({
        violations: [],
        errors: [],
        origins: [origin],
      });
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    },
  );
});
