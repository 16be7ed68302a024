/** What one GPU costs, and since when. */
export interface Price {
  readonly gpuType: string;
  /** The day of the list that it stands in, like 2026-06-08. */
  readonly asOf: string;
}

/** RunPod's list prices of serverless GPUs in USD per GPU second (reference/runpod.md §7). */
export const GPU_PRICES: Readonly<Record<string, number>> = {
  A4000: 0.00016,
  A4500: 0.00016,
  '4000': 0.00016,
  A5000: 0.00019,
  L4: 0.00019,
  '3090': 0.00019,
  '4090': 0.00031,
  A40: 0.00034,
  A6000: 0.00034,
  L40: 0.00053,
  L40S: 0.00053,
  '6000ADA': 0.00053,
  A100: 0.00076,
  '6000PRO': 0.00111,
  H100: 0.00116,
  H200: 0.00155,
  B200: 0.0024,
};

/** The day on which {@link GPU_PRICES} was last changed by RunPod. */
export const GPU_PRICES_AS_OF = '2026-06-08';

/** Reads `A100=0.00076` for each entry. @returns undefined when one cannot be read */
export function readPrices(entries: readonly string[]): Readonly<Record<string, number>> | undefined {
  const pairs = entries.map((entry) => {
    const [gpu = '', price = '', ...rest] = entry.split('=');
    return [
      normalizeGpuName(gpu),
      rest.length === 0 && price.trim() !== '' ? Number(price) : Number.NaN,
    ] as const;
  });
  return pairs.every(([gpu, price]) => gpu !== '' && price > 0 && price < 1)
    ? Object.fromEntries(pairs)
    : undefined;
}

/** One name for `NVIDIA RTX 4090`, `4090 PRO` and `4090`; a 6000 is three GPUs, so that its kind stays. */
function normalizeGpuName(gpu: string): string {
  const name = gpu.toUpperCase().replace(/NVIDIA|GEFORCE|RTX|[\s_-]/g, '');
  return /^6000S?PRO$/.test(name) ? '6000PRO' : name.replace(/PRO$/, '');
}

/** The price of one GPU; undefined when the table does not know it. @returns USD per GPU second */
export function findGpuPrice(gpu: string, table: Readonly<Record<string, number>>): number | undefined {
  return table[normalizeGpuName(gpu)];
}
