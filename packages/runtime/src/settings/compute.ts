import { z } from 'zod';
import { defaulted, optional, required } from '../env/declare.ts';
import {
  callableUrl,
  flag,
  headerKey,
  list,
  positiveNumber,
  text,
  timeZone,
  wholeNumber,
} from '../env/kinds.ts';

/** RunPod's list prices of serverless GPUs in USD per GPU second (docs/runpod.md). */
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

/** The date of RunPod's last change of {@link GPU_PRICES}. */
export const GPU_PRICES_AS_OF = '2026-06-08';

/** The price of a GPU in USD per second; undefined for a GPU that the table does not contain. */
export function findGpuPrice(gpu: string, table: Readonly<Record<string, number>>): number | undefined {
  return table[normalizeGpuName(gpu)];
}

/** `NVIDIA RTX 4090`, `4090 PRO` and `4090` become the same name. Three GPUs are named 6000, so their suffix stays. */
function normalizeGpuName(gpu: string): string {
  const name = gpu.toUpperCase().replace(/NVIDIA|GEFORCE|RTX|[\s_-]/g, '');
  return /^6000S?PRO$/.test(name) ? '6000PRO' : name.replace(/PRO$/, '');
}

/** Parses entries like `A100=0.00076`. Returns undefined when an entry is invalid. */
function parsePrices(entries: readonly string[]): Readonly<Record<string, number>> | undefined {
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

const prices = list.transform((entries, context) => {
  const table = parsePrices(entries);
  if (table !== undefined) return table;
  context.addIssue({ code: 'custom', message: 'must be a list like A100=0.00076,H100=0.00116' });
  return z.NEVER;
});

const endpointId = text(
  'the id of the endpoint (letters, digits, - and _), not its URL',
  /^[A-Za-z0-9_-]{1,128}$/,
);

const group = 'Compute';

/** The RunPod endpoint and its price. */
export const compute = {
  MODEL_TRAINING_RUNPOD_API_KEY: required(headerKey, {
    group,
    description: 'API key of the RunPod account.',
    aliases: ['RUNPOD_API_KEY'],
    secret: true,
    missing: 'RunPod API key is required',
  }),
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: required(endpointId, {
    group,
    description: 'Id of the serverless endpoint that runs the trainings.',
    missing: 'MODEL_TRAINING_RUNPOD_ENDPOINT_ID environment variable is required',
  }),
  RUNPOD_ENDPOINT_BASE_URL: defaulted(callableUrl(), 'https://api.runpod.ai/v2', {
    group,
    description: "Base URL of RunPod's serverless API.",
  }),
  EXCLUSIVE_ENDPOINT: defaulted(flag, 'true', {
    group,
    description:
      'Whether only this Trainyard submits to the endpoint. Then the job counts of the endpoint can prove that an unconfirmed submission does not run.',
  }),
  GPU_TYPE: optional(text(), {
    group,
    description: 'GPU of the endpoint, for its price. Costs are unknown without it.',
    example: 'A100',
  }),
  GPUS_PER_WORKER: defaulted(wholeNumber(1, 16), '1', {
    group,
    description: 'Number of GPUs that RunPod bills for one worker.',
  }),
  GPU_PRICES: optional(prices, {
    group,
    description: "Prices in USD per GPU second; they replace RunPod's list.",
    example: 'A100=0.00076,H100=0.00116',
  }),
  GPU_PRICES_AS_OF: optional(text('a date like 2026-06-08', /^\d{4}-\d{2}-\d{2}$/), {
    group,
    description: `Date of GPU_PRICES; required with them. The built-in list is of ${GPU_PRICES_AS_OF}.`,
    example: GPU_PRICES_AS_OF,
  }),
};

const MAX_BUDGET_USD = 1_000_000;

/** The budgets of a new state store. */
export const budgets = {
  BUDGET_DAY_USD: optional(positiveNumber(MAX_BUDGET_USD), {
    group: 'Budgets',
    description:
      'Budget of one day in USD, stored at the first start. Change it later with `PUT /api/budgets`. Requires GPU_TYPE.',
    example: '20',
  }),
  BUDGET_MONTH_USD: optional(positiveNumber(MAX_BUDGET_USD), {
    group: 'Budgets',
    description:
      'Budget of one month in USD, stored at the first start. Change it later with `PUT /api/budgets`. Requires GPU_TYPE.',
    example: '300',
  }),
  BUDGET_TIME_ZONE: defaulted(timeZone, 'UTC', {
    group: 'Budgets',
    description: 'IANA time zone in which the days and months of the budgets start.',
  }),
};
