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
import { GPU_PRICES_AS_OF, type PriceTable, toGpuKey } from './gpus.ts';

/** Parses entries like `A100=0.00076`. Returns undefined when an entry is invalid. */
function parsePrices(entries: readonly string[]): PriceTable | undefined {
  const pairs = entries.map((entry) => {
    const [gpu = '', price = '', ...rest] = entry.split('=');
    return [toGpuKey(gpu), rest.length === 0 && price.trim() !== '' ? Number(price) : Number.NaN] as const;
  });
  return pairs.every(([gpu, price]) => gpu !== '' && price > 0 && price < 1) ? new Map(pairs) : undefined;
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
    missing: 'RunPod API key is required. Set MODEL_TRAINING_RUNPOD_API_KEY (RunPod → Settings → API keys).',
  }),
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: required(endpointId, {
    group,
    description: 'Id of the serverless endpoint that runs the trainings.',
    missing:
      'MODEL_TRAINING_RUNPOD_ENDPOINT_ID environment variable is required. Set it to the id of the endpoint (RunPod → Serverless).',
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
    description:
      'GPU or GPU pool of the endpoint, in any spelling of RunPod, for its price. Costs are unknown without it.',
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
