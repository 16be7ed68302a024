import { distance } from 'fastest-levenshtein';

/** A GPU of RunPod's lists. */
interface GpuListing {
  /** RunPod's list price in USD per GPU second; absent for a GPU that the price list does not contain. */
  readonly usdPerSecond?: number;
  /** The ids and display names of RunPod's API, console and worker logs, besides the name itself. */
  readonly names?: readonly string[];
}

/** The date of RunPod's last change of the prices of {@link GPUS}. */
export const GPU_PRICES_AS_OF = '2026-06-08';

/**
 * The GPUs and GPU pools that RunPod lists, by their short names (docs/runpod.md). An endpoint selects pools; all GPUs of
 * a pool have one price.
 */
export const GPUS: Readonly<Record<string, GpuListing>> = {
  A4000: { usdPerSecond: 0.00016, names: ['NVIDIA RTX A4000'] },
  A4500: { usdPerSecond: 0.00016, names: ['NVIDIA RTX A4500'] },
  'RTX 4000 Ada': { usdPerSecond: 0.00016, names: ['NVIDIA RTX 4000 Ada Generation', 'RTX 4000'] },
  AMPERE_16: { usdPerSecond: 0.00016 },
  A5000: { usdPerSecond: 0.00019, names: ['NVIDIA RTX A5000'] },
  L4: { usdPerSecond: 0.00019, names: ['NVIDIA L4'] },
  'RTX 3090': { usdPerSecond: 0.00019, names: ['NVIDIA GeForce RTX 3090'] },
  AMPERE_24: { usdPerSecond: 0.00019 },
  'RTX 4090': { usdPerSecond: 0.00031, names: ['NVIDIA GeForce RTX 4090', '4090 PRO'] },
  ADA_24: { usdPerSecond: 0.00031 },
  A40: { usdPerSecond: 0.00034, names: ['NVIDIA A40'] },
  A6000: { usdPerSecond: 0.00034, names: ['NVIDIA RTX A6000'] },
  AMPERE_48: { usdPerSecond: 0.00034 },
  L40: { usdPerSecond: 0.00053, names: ['NVIDIA L40'] },
  L40S: { usdPerSecond: 0.00053, names: ['NVIDIA L40S'] },
  'RTX 6000 Ada': { usdPerSecond: 0.00053, names: ['NVIDIA RTX 6000 Ada Generation', '6000 Ada PRO'] },
  ADA_48_PRO: { usdPerSecond: 0.00053 },
  A100: {
    usdPerSecond: 0.00076,
    names: [
      'NVIDIA A100 80GB PCIe',
      'NVIDIA A100-SXM4-80GB',
      'A100 PCIe',
      'A100 SXM',
      'A100 SXM4',
      'A100 80GB',
    ],
  },
  AMPERE_80: { usdPerSecond: 0.00076 },
  'RTX PRO 6000': {
    usdPerSecond: 0.00111,
    names: [
      'NVIDIA RTX PRO 6000 Blackwell Server Edition',
      'NVIDIA RTX PRO 6000 Blackwell Workstation Edition',
      'NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition',
      'RTX PRO 6000 WK',
      'RTX PRO 6000 MaxQ',
      'RTX PRO 6000 Blackwell',
      '6000 PRO',
      '6000s PRO',
    ],
  },
  BLACKWELL_96: { usdPerSecond: 0.00111 },
  H100: {
    usdPerSecond: 0.00116,
    names: [
      'NVIDIA H100 80GB HBM3',
      'NVIDIA H100 PCIe',
      'NVIDIA H100 NVL',
      'H100 SXM',
      'H100 SXM5',
      'H100 80GB',
      'H100 PRO',
    ],
  },
  ADA_80_PRO: { usdPerSecond: 0.00116 },
  H200: { usdPerSecond: 0.00155, names: ['NVIDIA H200', 'H200 SXM', 'H200 PRO'] },
  HOPPER_141: { usdPerSecond: 0.00155 },
  B200: { usdPerSecond: 0.0024, names: ['NVIDIA B200'] },
  BLACKWELL_180: { usdPerSecond: 0.0024 },
  'RTX 5090': { names: ['NVIDIA GeForce RTX 5090'] },
  ADA_32_PRO: {},
  'RTX 2000 Ada': { names: ['NVIDIA RTX 2000 Ada Generation'] },
  'RTX 4000 Ada SFF': { names: ['NVIDIA RTX 4000 SFF Ada Generation'] },
  'RTX 5000 Ada': { names: ['NVIDIA RTX 5000 Ada Generation'] },
  A2000: { names: ['NVIDIA RTX A2000'] },
  A30: { names: ['NVIDIA A30'] },
  'A100 40GB': { names: ['NVIDIA A100-SXM4-40GB'] },
  'H200 NVL': { names: ['NVIDIA H200 NVL'] },
  B300: { names: ['NVIDIA B300 SXM6 AC'] },
  MI300X: { names: ['AMD Instinct MI300X OAM'] },
  'RTX 3070': { names: ['NVIDIA GeForce RTX 3070'] },
  'RTX 3080': { names: ['NVIDIA GeForce RTX 3080'] },
  'RTX 3080 Ti': { names: ['NVIDIA GeForce RTX 3080 Ti'] },
  'RTX 3090 Ti': { names: ['NVIDIA GeForce RTX 3090 Ti'] },
  'RTX 4070 Ti': { names: ['NVIDIA GeForce RTX 4070 Ti'] },
  'RTX 4080': { names: ['NVIDIA GeForce RTX 4080'] },
  'RTX 4080 SUPER': { names: ['NVIDIA GeForce RTX 4080 SUPER'] },
  'RTX 5080': { names: ['NVIDIA GeForce RTX 5080'] },
  'RTX PRO 4000': { names: ['NVIDIA RTX PRO 4000 Blackwell'] },
  'RTX PRO 4500': { names: ['NVIDIA RTX PRO 4500 Blackwell'] },
  'RTX PRO 5000': { names: ['NVIDIA RTX PRO 5000 Blackwell'] },
  'V100 FHHL': { names: ['Tesla V100-FHHL-16GB'] },
  V100: { names: ['Tesla V100-PCIE-16GB'] },
  'V100 SXM2': { names: ['Tesla V100-SXM2-16GB'] },
  'V100 SXM2 32GB': { names: ['Tesla V100-SXM2-32GB'] },
};

/** Prices in USD per GPU second, by the keys of {@link toGpuKey}. */
export type PriceTable = ReadonlyMap<string, number>;

/**
 * The key of a GPU: all spellings of a listed GPU share one key, for example `NVIDIA H100 80GB HBM3`, `H100 SXM` and
 * `h100`. A GPU without a listing is its own key.
 */
export function toGpuKey(gpu: string): string {
  const compact = compactName(gpu);
  return SHORT_NAMES.get(compact) ?? compact;
}

/**
 * Case, blanks and the names of makers and series do not distinguish GPUs. `PRO` does only in front of a number: RunPod's
 * price list appends it (`4090 PRO`), while an RTX PRO 6000 is a GPU of its own.
 */
function compactName(gpu: string): string {
  const name = gpu.toUpperCase().replace(/NVIDIA|GEFORCE|RTX|TESLA|AMD|INSTINCT|GENERATION|[\s_-]/g, '');
  return /^6000S?PRO$/.test(name) ? 'PRO6000' : name.replace(/PRO$/, '');
}

const SHORT_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(GPUS).flatMap(([name, { names = [] }]) =>
    [name, ...names].map((each) => [compactName(each), name] as const),
  ),
);

/** RunPod's list prices. */
export const GPU_PRICES: PriceTable = new Map(
  Object.entries(GPUS).flatMap(([name, { usdPerSecond }]) =>
    usdPerSecond === undefined ? [] : [[name, usdPerSecond] as const],
  ),
);

/** The price of a GPU in USD per second; undefined for a GPU that the table does not contain. */
export function findGpuPrice(gpu: string, table: PriceTable): number | undefined {
  return table.get(toGpuKey(gpu));
}

/** Whether RunPod or the price table lists this GPU, with or without a price. */
export function isKnownGpu(gpu: string, table: PriceTable): boolean {
  const key = toGpuKey(gpu);
  return Object.hasOwn(GPUS, key) || table.has(key);
}

const SUGGESTIONS = 3;

/** The short names of the known GPUs whose spellings are closest to this text, the closest first. */
export function suggestGpus(gpu: string, table: PriceTable): readonly string[] {
  const compact = compactName(gpu);
  const spellings = [...SHORT_NAMES, ...[...table.keys()].map((key) => [compactName(key), key] as const)];
  const nearest = spellings
    .map(([spelling, name]) => ({ name, gap: measureGap(compact, spelling) }))
    .toSorted((a, b) => a.gap - b.gap);
  return [...new Set(nearest.map(({ name }) => name))].slice(0, SUGGESTIONS);
}

function sortCharacters(text: string): string {
  return [...text].toSorted().join('');
}

/** Swapped digits (4900 for 4090) are closer than other digits; among equals, a common start counts. */
function measureGap(text: string, spelling: string): number {
  const swapped = sortCharacters(text) === sortCharacters(spelling) ? 1 : 0;
  const differing = [...spelling].findIndex((character, at) => character !== text[at]);
  const common = differing === -1 ? spelling.length : differing;
  return distance(text, spelling) - swapped - common / 100;
}
