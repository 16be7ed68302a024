import { z } from 'zod';
import { HandlerError } from './errors.ts';

const REQUIRED = [
  'mode',
  'user_id',
  'tenant_id',
  'request_id',
  'model_name',
  'learning_rate',
  'max_train_steps',
] as const;

const configSchema = z.looseObject({
  request_id: z.string(),
  model_name: z.string(),
  output_key: z.string().min(1).optional(),
});

/** What the container reads of a request; the rest it does not know. */
export interface TrainingInput {
  readonly workflow: unknown;
  readonly s3Urls: readonly string[];
  readonly config: z.output<typeof configSchema>;
}

/** Reads a request as the user's container does (seed 001). Throws {@link HandlerError} in its words. */
export function readInput(input: Readonly<Record<string, unknown>>): TrainingInput {
  const { workflow, training_data, training_config } = input;
  if (workflow === undefined || workflow === null) throw new HandlerError("Missing 'workflow' parameter");
  const given = z.looseObject({}).safeParse(training_config).data ?? {};
  const missing = REQUIRED.filter((field) => given[field] === undefined || given[field] === '');
  if (missing.length > 0)
    throw new HandlerError(`Missing required training_config fields: ${missing.join(', ')}`);
  const config = configSchema.safeParse(given);
  if (!config.success)
    throw new HandlerError(`Invalid training_config: ${z.prettifyError(config.error).replaceAll('\n', ' ')}`);
  const data = z.looseObject({ s3_urls: z.array(z.string()) }).safeParse(training_data).data;
  return { workflow, s3Urls: data?.s3_urls ?? [], config: config.data };
}
