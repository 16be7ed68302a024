import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset, DatasetImage } from './dataset.ts';
import { datasetErrors, reportDataset } from './dataset-report.ts';

type ImageChange = Omit<Partial<DatasetImage>, 'caption'> & { readonly caption?: string | undefined };

/** Images with the same caption; `caption: undefined` leaves it out. */
function images(count: number, change: ImageChange = {}): DatasetImage[] {
  const { caption: text, ...rest } = { caption: 'a portrait', ...change };
  return Array.from({ length: count }, (_, index) => ({
    uri: `s3://bucket/a/image_${index + 1}.png`,
    sizeBytes: 50_000,
    ...(text !== undefined && { caption: { uri: `s3://bucket/a/image_${index + 1}.txt`, text } }),
    ...rest,
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

  it('reports blank captions as an error for a style and as a warning for an actor', () => {
    const blank = images(6, { caption: ' \n' });
    expect(found(style(blank))).toEqual(['error caption_blank']);
    expect(found(actor(blank))).toEqual(['warning caption_blank']);
    expect(found(actor(images(6, { caption: '\uFEFF' })))).toEqual(['warning caption_blank']);
  });

  it('reports captions of 0 bytes as an error for both kinds', () => {
    const empty = images(6, { caption: '' });
    expect(found(style(empty))).toEqual(['error caption_empty']);
    expect(found(actor(empty))).toEqual(['error caption_empty']);
  });

  it('reports a caption that is not UTF-8 as an error with its encoding', () => {
    const [first, ...rest] = images(6);
    const caption = { uri: 's3://bucket/a/image_1.txt', text: undefined, encoding: 'Windows-1252' } as const;
    const { findings, captionCount } = reportDataset(
      actor([{ ...(first as DatasetImage), caption }, ...rest]),
    );
    expect(captionCount).toBe(6);
    expect(findings).toEqual([
      {
        code: 'caption_unreadable',
        severity: 'error',
        message: 'The trainer cannot read captions that are not UTF-8: image_1.txt (Windows-1252)',
        hint: 'Save these files as UTF-8.',
        uris: ['s3://bucket/a/image_1.txt'],
      },
    ]);
  });

  it('reports a trigger in a later line, a blank first line and several lines by the reading of the trainer', () => {
    const late = images(6, { caption: 'a valley\nstyle_16, mist' });
    expect(found(style(late))).toEqual(['error trigger_beyond_first_line', 'warning caption_lines']);
    expect(reportDataset(style(late)).classTokens).toBe('style_16');
    const named = { ...actor(late), trigger: 'style_16' };
    expect(found(named)).toEqual(['warning trigger_beyond_first_line', 'warning caption_lines']);
    const blankFirst = images(6, { caption: '\r\na valley' });
    expect(found(style(blankFirst))).toEqual(['error caption_first_line_blank', 'warning caption_lines']);
    expect(found(actor(blankFirst))).toEqual(['warning caption_first_line_blank', 'warning caption_lines']);
    expect(found(style(images(6, { caption: 'a valley\n\n' })))).toEqual([]);
  });

  it('reports a backslash in the trigger and in the first line of a caption as an error', () => {
    expect(found(actor(images(6), 'a\\x41'))).toEqual(['error trigger_characters']);
    expect(found(actor(images(6, { caption: 'a (portrait\\)' })))).toEqual(['error caption_characters']);
    expect(found(actor(images(6, { caption: 'a portrait\nwith \\' })))).toEqual(['warning caption_lines']);
  });

  it('reports an extension in mixed case as an error, and none in lower or upper case', () => {
    const named = (name: string) => [...images(5), { uri: `s3://bucket/a/${name}`, sizeBytes: 50_000 }];
    expect(found(actor(named('last.Png')))).toEqual(['error extension_case', 'advice caption_missing']);
    expect(found(actor(named('last.PNG')))).toEqual(['advice caption_missing']);
  });

  it('reports equal contents and images below 512 pixels as warnings', () => {
    const list = images(6).map((image, at) => ({
      ...image,
      etag: at < 2 ? '"same"' : `"${at}"`,
      dimensions: { width: 1_024, height: at === 5 ? 511 : 512 },
    }));
    expect(reportDataset(actor(list)).findings.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', 'Narrower or lower than 512 pixels: image_6.png (1024 × 511)'],
      ['warning', 'The same content more than once: image_1.png, image_2.png'],
    ]);
    const unlike = list.map((image, at) => (at === 1 ? { ...image, sizeBytes: 50_001 } : image));
    expect(found(actor(unlike))).toEqual(['warning image_small']);
  });

  it('advises against words of style in the captions of a style, the trigger aside', () => {
    const described = images(6, { caption: 'a watercolor of a valley' });
    expect(found(style(described))).toEqual(['advice caption_describes_style']);
    expect(found(actor(described))).toEqual([]);
    const trigger = 'watercolor style';
    const holding = images(6, { caption: 'a valley, watercolor style' });
    expect(found({ ...style(holding), trigger })).toEqual([]);
  });

  it('compares stems, triggers and captions in the composed form', () => {
    const composed = images(6, { caption: 'portrait of Zo\u00eb' });
    expect(reportDataset(actor(composed, 'Zoe\u0308'))).toMatchObject({ findings: [], classTokens: '' });
    const twins = ['cafe\u0301.png', 'caf\u00e9.jpg'].map((name) => ({
      uri: `s3://bucket/a/${name}`,
      sizeBytes: 9_000,
    }));
    expect(datasetErrors(reportDataset(actor([...images(4), ...twins])))).toMatchObject([
      { code: 'same_name' },
    ]);
  });

  it('warns of a caption whose name has a different Unicode form than its image', () => {
    const odd = {
      uri: 's3://bucket/a/cafe\u0301.png',
      sizeBytes: 9_000,
      caption: { uri: 's3://bucket/a/caf\u00e9.txt', text: 'a portrait' },
    };
    expect(found(actor([...images(5), odd]))).toEqual(['warning caption_name_form']);
  });

  it('gives every finding a remedy', () => {
    const messy = [
      ...images(2, { caption: '' }),
      { uri: 'x', malformed: 'no address', sizeBytes: undefined },
    ];
    const { findings } = reportDataset(style(messy));
    expect(findings.length).toBeGreaterThan(2);
    for (const { hint } of findings) expect(hint).toMatch(/^[A-Z].*\.$/);
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
        { ...e, uri: 's3://bucket/a/movie.gif', caption: { uri: 's3://bucket/a/movie.txt', text: 'x' } },
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
    const captioned = images(9).map((image, at) => ({
      ...image,
      caption: { uri: image.uri.replace('.png', '.txt'), text: captions[at % 3] },
    }));
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
        fc.string({ minLength: 1 }).filter((text) => text.trim() !== '' && !/[\r\n]/.test(text)),
        (trigger) => {
          const captioned = images(5, { caption: `a scene, ${trigger}, evening` });
          expect(reportDataset(actor(captioned, trigger)).classTokens).toBe('');
        },
      ),
    );
  });
});
