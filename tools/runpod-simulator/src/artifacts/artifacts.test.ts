import { createHash } from 'node:crypto';
import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { drawLossPlot } from './pictures.ts';
import { createLoraFile } from './safetensors.ts';
import { drawSample } from './sample.ts';

const facts = {
  outputName: 'actor_0000_V1',
  networkDim: 16,
  networkAlpha: 8,
  learningRate: 2e-4,
  steps: 2000,
  maxTrainSteps: 2000,
  imageCount: 23,
  seed: 'a',
};

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

describe('a LoRA file', () => {
  const file = createLoraFile(facts);
  const headerLength = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, 8 + headerLength).toString()) as Record<string, Entry> & {
    __metadata__: Record<string, string>;
  };
  const data = file.subarray(8 + headerLength);
  const { __metadata__: metadata, ...tensors } = header;

  it('contains tensors without gaps in the length of their shapes', () => {
    let at = 0;
    for (const { dtype, shape, data_offsets } of Object.values(tensors) as Entry[]) {
      expect(dtype).toBe('BF16');
      expect(data_offsets[0]).toBe(at);
      at = data_offsets[1];
      expect(at - data_offsets[0]).toBe(shape.reduce((product, side) => product * side, 2));
    }
    expect(at).toBe(data.length);
    expect(headerLength % 8).toBe(0);
  });

  it('has the key names and the rank of a Flux LoRA', () => {
    const down = tensors['lora_unet_double_blocks_0_img_attn_proj.lora_down.weight'] as Entry;
    expect(down.shape[0]).toBe(16);
    expect(tensors).toHaveProperty(['lora_unet_single_blocks_0_linear1.alpha']);
  });

  it('contains the metadata of kohya and the hash of its weights', () => {
    expect(metadata).toMatchObject({
      ss_network_dim: '16',
      ss_steps: '2000',
      ss_output_name: 'actor_0000_V1',
    });
    expect(metadata['sshs_model_hash']).toBe(createHash('sha256').update(data).digest('hex'));
  });

  it('depends only on the training', () => {
    expect(createLoraFile({ ...facts, seed: 'b' }).equals(file)).toBe(false);
    expect(createLoraFile(facts).equals(file)).toBe(true);
  });
});

describe('a picture', () => {
  it.each([
    ['a loss plot', drawLossPlot([0.7, 0.5, 0.4], { width: 768, height: 512 }), 768, 512],
    ['a plot without losses', drawLossPlot([], { width: 256, height: 256 }), 256, 256],
  ])('of %s is a complete PNG', (_, file, width, height) => {
    expect(file.subarray(1, 4).toString()).toBe('PNG');
    const chunks = [...readChunks(file)];
    expect(chunks.map(({ type }) => type)).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
    expect([chunks[0]?.data.readUInt32BE(0), chunks[0]?.data.readUInt32BE(4)]).toEqual([width, height]);
    expect(inflateSync(chunks[2]!.data)).toHaveLength((width + 1) * height);
  });
});

describe('a sample', () => {
  const sample = { prompt: '0019 european 20 female in a garden', run: 'a', loss: 0.24, sizePx: 64 };
  const readPixels = (change: Partial<typeof sample>) =>
    inflateSync(
      [...readChunks(drawSample({ ...sample, ...change }))].find(({ type }) => type === 'IDAT')!.data,
    );
  const compare = (one: Buffer, other: Buffer) =>
    one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) / one.length;

  it('is equal for equal runs and has the size of the settings', () => {
    expect(readPixels({}).equals(readPixels({}))).toBe(true);
    expect(readPixels({ sizePx: 32 })).toHaveLength((32 * 3 + 1) * 32);
  });

  it('shows the same composition for the same prompt, and is less clear at a higher loss', () => {
    const clear = readPixels({});
    expect(compare(clear, readPixels({ run: 'b' }))).toBeLessThan(10);
    expect(compare(clear, readPixels({ run: 'b', loss: 0.4 }))).toBeGreaterThan(
      compare(clear, readPixels({ run: 'b' })),
    );
    expect(compare(clear, readPixels({ prompt: '0011 asian 41 male in a garden' }))).toBeGreaterThan(20);
  });
});

function* readChunks(file: Buffer): Generator<{ type: string; data: Buffer }> {
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    yield { type: body.subarray(0, 4).toString(), data: body.subarray(4) };
    at += 12 + length;
  }
}
