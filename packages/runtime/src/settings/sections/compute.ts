import { z } from 'zod';
import { defaulted, optional, required } from '../declare.ts';
import { flag, list, text, url, wholeNumber } from '../kinds.ts';
import { GPU_PRICES_AS_OF, readPrices } from '../prices.ts';

const group = 'Compute';

/** What is priced, with RunPod's list as the ground. */
const prices = list.transform((entries, context) => {
  const table = readPrices(entries);
  if (table !== undefined) return table;
  context.addIssue({ code: 'custom', message: 'must be a list like A100=0.00076,H100=0.00116' });
  return z.NEVER;
});

/** The endpoint that trains, and what it costs. */
export const compute = {
  MODEL_TRAINING_RUNPOD_API_KEY: required(text(), {
    group,
    about: 'Key of the RunPod account.',
    aliases: ['RUNPOD_API_KEY'],
    secret: true,
    missing: 'RunPod API key is required',
  }),
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: required(text(), {
    group,
    about: 'Id of the serverless endpoint that trains.',
    missing: 'MODEL_TRAINING_RUNPOD_ENDPOINT_ID environment variable is required',
  }),
  RUNPOD_ENDPOINT_BASE_URL: defaulted(url('https', 'http'), 'https://api.runpod.ai/v2', {
    group,
    about: "Address of RunPod's endpoints.",
  }),
  EXCLUSIVE_ENDPOINT: defaulted(flag, 'true', {
    group,
    about: 'Whether nothing else uses the endpoint, so that its counts are evidence.',
  }),
  GPU_TYPE: optional(text(), {
    group,
    about: 'GPU of the endpoint; names the price. Without it costs are unknown.',
    example: 'A100',
  }),
  GPUS_PER_WORKER: defaulted(wholeNumber(1, 16), '1', {
    group,
    about: 'GPUs that one worker is billed for.',
  }),
  GPU_PRICES: optional(prices, {
    group,
    about: "Prices in USD per GPU second that replace RunPod's list.",
    example: 'A100=0.00076,H100=0.00116',
  }),
  GPU_PRICES_AS_OF: optional(text('a date like 2026-06-08', /^\d{4}-\d{2}-\d{2}$/), {
    group,
    about: `The day of these prices; needed with GPU_PRICES. RunPod's list in here is of ${GPU_PRICES_AS_OF}.`,
    example: GPU_PRICES_AS_OF,
  }),
};
