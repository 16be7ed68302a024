import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GPU_PRICES, GPUS, isKnownGpu, suggestGpus, toGpuKey } from './gpus.ts';
import { readSettings } from './settings.ts';

const REQUIRED = {
  MODEL_TRAINING_RUNPOD_API_KEY: 'a-key',
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep',
  REDIS_URL: 'redis://127.0.0.1:6379',
  OBJECT_STORE_URL: 's3://bucket',
};
const OWN_PRICES = { GPU_PRICES: 'NVIDIA GeForce RTX 5090=0.00044', GPU_PRICES_AS_OF: '2026-11-01' };

function readPrice(gpu: string, env: Readonly<Record<string, string>> = {}): number | undefined {
  return readSettings({ ...REQUIRED, GPU_TYPE: gpu, ...env }).usdPerSecond;
}

const NAMES = Object.entries(GPUS).flatMap(([name, { names = [] }]) => [name, ...names]);

describe('the GPUs of RunPod', () => {
  it.each([
    [0.00076, ['NVIDIA A100 80GB PCIe', 'NVIDIA A100-SXM4-80GB', 'A100 PCIe', 'A100 SXM', 'AMPERE_80']],
    [
      0.00116,
      ['NVIDIA H100 80GB HBM3', 'NVIDIA H100 PCIe', 'NVIDIA H100 NVL', 'H100 SXM', 'H100 PRO', 'ADA_80_PRO'],
    ],
    [0.00155, ['NVIDIA H200', 'H200 PRO', 'HOPPER_141']],
    [0.0024, ['NVIDIA B200', 'BLACKWELL_180']],
    [0.00111, ['NVIDIA RTX PRO 6000 Blackwell Server Edition', 'RTX PRO 6000', '6000s PRO', 'BLACKWELL_96']],
    [
      0.00053,
      ['NVIDIA RTX 6000 Ada Generation', 'RTX 6000 Ada', '6000 Ada PRO', 'NVIDIA L40S', 'ADA_48_PRO'],
    ],
    [0.00034, ['NVIDIA A40', 'NVIDIA RTX A6000', 'AMPERE_48']],
    [0.00031, ['NVIDIA GeForce RTX 4090', 'RTX 4090', '4090', '4090 PRO', 'rtx-4090', 'ADA_24']],
    [0.00019, ['NVIDIA L4', 'NVIDIA RTX A5000', 'NVIDIA GeForce RTX 3090', 'AMPERE_24']],
    [0.00016, ['NVIDIA RTX A4000', 'NVIDIA RTX A4500', 'NVIDIA RTX 4000 Ada Generation', 'AMPERE_16']],
  ])('have the price %d per second in every spelling of RunPod: %j (case 32)', (usdPerSecond, names) => {
    expect(names.map((name) => readPrice(name))).toEqual(names.map(() => usdPerSecond));
  });

  it.each(['NVIDIA GeForce RTX 5090', 'ADA_32_PRO', 'Tesla V100-SXM2-32GB', 'AMD Instinct MI300X OAM'])(
    'include %s, which starts without a price and with a warning (case 32)',
    (gpu) => {
      const settings = readSettings({ ...REQUIRED, GPU_TYPE: gpu });
      expect(settings).not.toHaveProperty('usdPerSecond');
      expect(settings.warnings).toEqual([
        { name: 'GPU_TYPE', message: expect.stringContaining(`GPU_TYPE ${gpu} has no price`) },
      ]);
      expect(() => readSettings({ ...REQUIRED, GPU_TYPE: gpu, BUDGET_DAY_USD: '5' })).toThrow(
        /BUDGET_DAY_USD needs the price of the GPU: GPU_TYPE .* has no price .*set GPU_PRICES=/,
      );
    },
  );

  it('take their price from GPU_PRICES in every spelling (case 32)', () => {
    for (const name of ['NVIDIA GeForce RTX 5090', 'RTX 5090', '5090'])
      expect(readPrice(name, OWN_PRICES)).toBe(0.00044);
    expect(readPrice('ADA_32_PRO', { ...OWN_PRICES, GPU_PRICES: 'ada_32_pro=0.0005' })).toBe(0.0005);
  });

  it('are known whatever the case, and with blanks, hyphens or underscores between the words', () => {
    const respell = fc.tuple(
      fc.constantFrom(...NAMES),
      fc.constantFrom(' ', '-', '_', '  '),
      fc.constantFrom(
        (text: string) => text.toUpperCase(),
        (text: string) => text.toLowerCase(),
      ),
    );
    fc.assert(
      fc.property(respell, ([name, separator, changeCase]) => {
        const spelling = changeCase(name.replace(/[\s_-]/g, separator));
        expect(isKnownGpu(spelling, GPU_PRICES)).toBe(true);
        expect(toGpuKey(spelling)).toBe(toGpuKey(name));
      }),
    );
  });

  it('have distinct spellings: no name belongs to two GPUs', () => {
    for (const [name, { names = [] }] of Object.entries(GPUS))
      for (const each of [name, ...names]) expect([each, toGpuKey(each)]).toEqual([each, name]);
  });
});

describe('an unknown GPU_TYPE', () => {
  it.each([
    ['RTX 4900', 'RTX 4090'],
    ['H10', 'H100'],
    ['A1000', 'A100'],
    ['nvidia geforce 5900', 'RTX 5090'],
  ])('is a start-up fault that suggests the closest names: %s -> %s (case 32)', (gpu, closest) => {
    expect(suggestGpus(gpu, GPU_PRICES)).toContain(closest);
    expect(() => readSettings({ ...REQUIRED, GPU_TYPE: gpu })).toThrow(
      new RegExp(`GPU_TYPE ${gpu} is not a GPU that RunPod lists; the closest names are .*${closest}`),
    );
  });

  it('is named once, also when a budget needs its price', () => {
    expect(() => readSettings({ ...REQUIRED, GPU_TYPE: 'abacus', BUDGET_DAY_USD: '5' })).toThrow(
      /^(?!.*BUDGET_DAY_USD)/s,
    );
  });
});
