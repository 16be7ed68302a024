import {
  findGpuPrice,
  GPU_PRICES,
  GPU_PRICES_AS_OF,
  isKnownGpu,
  type PriceTable,
  suggestGpus,
} from './gpus.ts';
import type { ParsedSettings } from './schema.ts';
import type { Rule } from './store-rules.ts';

/** The GPU that sets the price, and the date of the price list. */
export interface Price {
  readonly gpuType: string;
  /** E.g. 2026-06-08. */
  readonly asOf: string;
}

/** The rules about GPU, prices and budgets. */
export function listPriceRules(read: ParsedSettings): readonly Rule[] {
  const { GPU_TYPE: gpu } = read;
  const isUnknown = gpu !== undefined && !isKnownGpu(gpu, getPriceTable(read));
  const isUnpriced = getUsdPerSecond(read) === undefined;
  return [
    [isUnknown, 'GPU_TYPE', isUnknown ? describeUnknownGpu(gpu, getPriceTable(read)) : ''],
    [
      read.GPU_PRICES !== undefined && read.GPU_PRICES_AS_OF === undefined,
      'GPU_PRICES_AS_OF',
      'GPU_PRICES_AS_OF, the date of the prices, is required with GPU_PRICES',
    ],
    ...(['BUDGET_DAY_USD', 'BUDGET_MONTH_USD'] as const).map(
      (name): Rule => [
        read[name] !== undefined && isUnpriced && !isUnknown,
        name,
        `${name} needs the price of the GPU: ${describeMissingPrice(read)}`,
      ],
    ),
  ];
}

function describeUnknownGpu(gpu: string, table: PriceTable): string {
  const names = suggestGpus(gpu, table).join(', ');
  return `GPU_TYPE ${gpu} is not a GPU that RunPod lists; the closest names are ${names}. For a different GPU, add ${gpu}=<USD per second> to GPU_PRICES`;
}

/** The remedy for a cost that cannot be computed. */
export function describeMissingPrice(read: PriceSource): string {
  if (read.GPU_TYPE === undefined)
    return 'set GPU_TYPE to the GPU of the endpoint, for example GPU_TYPE=A100';
  const asOf = read.GPU_PRICES_AS_OF ?? GPU_PRICES_AS_OF;
  return `GPU_TYPE ${read.GPU_TYPE} has no price in the list of ${asOf}; set GPU_PRICES=${read.GPU_TYPE}=<USD per second> and GPU_PRICES_AS_OF`;
}

type PriceSettings = Pick<ParsedSettings, 'GPU_TYPE' | 'GPU_PRICES' | 'GPUS_PER_WORKER'>;

function getPriceTable(read: PriceSettings): PriceTable {
  return read.GPU_PRICES ?? GPU_PRICES;
}

/** The price of a worker in USD per second; undefined when it is unknown. */
export function getUsdPerSecond(read: PriceSettings): number | undefined {
  const price = read.GPU_TYPE === undefined ? undefined : findGpuPrice(read.GPU_TYPE, getPriceTable(read));
  return price === undefined ? undefined : price * read.GPUS_PER_WORKER;
}

type PriceSource = PriceSettings & Pick<ParsedSettings, 'GPU_PRICES_AS_OF'>;

/** The GPU and the date of the price; undefined when the price is unknown. */
export function getPrice(read: PriceSource): Price | undefined {
  return read.GPU_TYPE === undefined || getUsdPerSecond(read) === undefined
    ? undefined
    : { gpuType: read.GPU_TYPE, asOf: read.GPU_PRICES_AS_OF ?? GPU_PRICES_AS_OF };
}
