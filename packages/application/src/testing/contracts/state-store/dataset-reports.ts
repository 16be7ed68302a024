import { describe, expect, it } from 'vitest';
import type { StoredDatasetReport } from '../../../ports/storage/dataset-reports.ts';
import type { StateStoreFixture } from './fixture.ts';

function buildReport(id: string, at: number, more: Partial<StoredDatasetReport> = {}): StoredDatasetReport {
  return {
    subject: { kind: 'actor', id },
    at,
    listDigest: 'list',
    dataDigest: `data ${at}`,
    trigger: 'ohwx',
    imageCount: 7,
    captionCount: 6,
    findings: [{ code: 'caption_missing', severity: 'advice', message: 'Images without a caption: é.png' }],
    cutCount: 0,
    ...more,
  };
}

/** The newest dataset report of each subject. */
export function testDatasetReports(on: StateStoreFixture): void {
  describe('dataset reports', () => {
    const find = async (...ids: readonly string[]) =>
      Object.fromEntries(await on.handle.datasetReports.findMany('actor', ids));

    it('are found by kind and id', async () => {
      const { datasetReports } = on.handle;
      await datasetReports.save(buildReport('a', 10));
      await datasetReports.save(buildReport('b', 11));
      expect(await find('a', 'b', 'c')).toEqual({ a: buildReport('a', 10), b: buildReport('b', 11) });
      expect((await datasetReports.findMany('style', ['a'])).size).toBe(0);
      expect(await find()).toEqual({});
    });

    it('are replaced by a later inspection only', async () => {
      const { datasetReports } = on.handle;
      await datasetReports.save(buildReport('a', 20));
      await datasetReports.save(buildReport('a', 19));
      expect(await find('a')).toMatchObject({ a: { at: 20 } });
      await datasetReports.save(buildReport('a', 21));
      expect(await find('a')).toMatchObject({ a: { at: 21 } });
    });

    it('are removed by a change of the data, also from an inspection that began before it', async () => {
      const { datasetReports } = on.handle;
      const subject = { kind: 'actor', id: 'a' } as const;
      await datasetReports.save(buildReport('a', 30));
      await datasetReports.invalidate(subject, 40);
      expect(await find('a')).toEqual({});
      await datasetReports.save(buildReport('a', 40));
      expect(await find('a')).toEqual({});
      await datasetReports.save(buildReport('a', 41));
      expect(await find('a')).toMatchObject({ a: { at: 41 } });
    });
  });
}
