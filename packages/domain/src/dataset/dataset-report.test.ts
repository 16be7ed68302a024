import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset, DatasetImage } from './dataset.ts';
import { datasetErrors, reportDataset } from './dataset-report.ts';

function images(count: number, change: Partial<DatasetImage> = {}): DatasetImage[] {
  return Array.from({ length: count }, (_, index) => ({
    uri: `s3://bucket/a/image_${index + 1}.png`,
    sizeBytes: 50_000,
    caption: 'a portrait',
    ...change,
  }));
}
function actor(list: readonly DatasetImage[], trigger = 'person_x'): Dataset {
  return {
    kind: 'actor',
    trigger,
    images: list,
  };
}
function style(list: readonly DatasetImage[]): Dataset {
  return {
    kind: 'style',
    trigger: 'style_16',
    images: list,
  };
}
function found(dataset: Dataset) {
  return reportDataset(dataset).findings.map((one) => `${one.severity} ${one.code}`);
}

describe('a dataset report', () => {
  it('of twenty valid images has no findings', () => {
    expect(reportDataset(actor(images(20)))).toEqual({
      imageCount: 20,
      captionCount: 20,
      findings: [],
      classTokens: 'person_x',
    });
  });

  it.each([
    [0, ['error no_images']],
    [4, ['warning few_images']],
    [5, []],
    [60, []],
    [61, ['advice many_images']],
    [200, ['advice many_images']],
    [201, ['warning many_images']],
  ])('reports the findings of %i images', (count, wanted) =>
    expect(found(actor(images(count)))).toEqual(wanted),
  );

  it('reports missing captions as an error for a style and as advice for an actor', () => {
    const bare = images(6, { caption: undefined });
    expect(found(style(bare))).toEqual(['error caption_missing']);
    expect(found(actor(bare))).toEqual(['advice caption_missing']);
  });

  it('reports empty captions as an error for a style and as a warning for an actor', () => {
    const empty = images(6, { caption: ' \n' });
    expect(found(style(empty))).toEqual(['error caption_empty']);
    expect(found(actor(empty))).toEqual(['warning caption_empty']);
  });

  it('lists files that are missing, unreadable, empty, tiny or of an unsupported type', () => {
    const [a, b, c, d, e, f] = images(6) as [
      DatasetImage,
      DatasetImage,
      DatasetImage,
      DatasetImage,
      DatasetImage,
      DatasetImage,
    ];
    const report = reportDataset(
      actor([
        { ...a, sizeBytes: undefined },
        { ...b, sizeBytes: undefined, unreadable: 'access denied' },
        { ...c, sizeBytes: 0 },
        { ...d, sizeBytes: 300 },
        { ...e, uri: 's3://bucket/a/movie.gif' },
        f,
      ]),
    );
    expect(report.findings.map(({ code, uris }) => [code, uris])).toEqual([
      ['unsupported_type', ['s3://bucket/a/movie.gif']],
      ['image_missing', [a.uri]],
      ['image_unreadable', [b.uri]],
      ['image_empty', [c.uri]],
      ['image_tiny', [d.uri]],
    ]);
    expect(report.findings[1]?.message).toBe('No such object: image_1.png');
  });

  it('reports images with the same stem, also in different folders, since they would overwrite each other', () => {
    const [first, ...rest] = images(6);
    const clash = { ...(first as DatasetImage), uri: 's3://bucket/b/image_6.jpg' };
    const report = reportDataset(actor([clash, ...rest]));
    expect(datasetErrors(report)).toMatchObject([
      { code: 'same_name', uris: ['s3://bucket/b/image_6.jpg', 's3://bucket/a/image_6.png'] },
    ]);
  });

  it('names five files and the number of the others', () => {
    expect(reportDataset(style(images(9, { caption: undefined }))).findings[0]?.message).toBe(
      'Images without a caption: image_1.png, image_2.png, image_3.png, image_4.png, image_5.png and 4 more',
    );
  });
});

describe('class tokens', () => {
  it('are the trigger when no caption holds it, and empty when all captions do', () => {
    expect(reportDataset(style(images(6))).classTokens).toBe('style_16');
    expect(reportDataset(style(images(6, { caption: 'a valley, style_16' }))).classTokens).toBe('');
    expect(reportDataset(actor(images(6, { caption: undefined }))).classTokens).toBe('person_x');
  });

  it('are empty for captions of the form “scene description, trigger_token”', () => {
    const captions = [
      'a foggy mountain valley with pine trees, winding river, style_16',
      'portrait of a girl on a swing under blossoming cherry trees, style_16',
      'an ancient stone bridge over a creek in twilight, style_16',
    ];
    const captioned = images(9).map((image, at) => ({ ...image, caption: captions[at % 3] }));
    expect(reportDataset(style(captioned))).toMatchObject({ captionCount: 9, findings: [], classTokens: '' });
  });

  it('are invalid when only some captions hold the trigger, and the report names the other files', () => {
    const mixed = [...images(5, { caption: 'a valley, style_16' }), { ...images(6)[5] } as DatasetImage];
    expect(datasetErrors(reportDataset(style(mixed)))).toMatchObject([
      { code: 'trigger_mixed', uris: ['s3://bucket/a/image_6.png'] },
    ]);
  });

  it('have a warning for a caption that holds the trigger twice', () => {
    expect(found(style(images(6, { caption: 'style_16, a valley, style_16' })))).toEqual([
      'warning trigger_doubled',
    ]);
  });

  it('depend on the trigger as a whole word, in any case and with any blanks', () => {
    expect(reportDataset(style(images(6, { caption: 'style_160, my_style_16' }))).classTokens).toBe(
      'style_16',
    );
    const named = images(6, { caption: 'photo of 0019 European  20 female, smiling' });
    expect(reportDataset(actor(named, '0019 european 20 female')).classTokens).toBe('');
  });

  it('are empty for every trigger that all captions hold, whatever characters it has', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
        (trigger) => {
          const captioned = images(5, { caption: `a scene, ${trigger}, evening` });
          expect(reportDataset(actor(captioned, trigger)).classTokens).toBe('');
        },
      ),
    );
  });
});
