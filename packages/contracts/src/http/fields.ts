import { z } from 'zod';

/** A name that may become part of an object key: no slashes, no control characters, not `.` or `..`. */
function keyName(label: string) {
  return z
    .string()
    .min(1, `${label} must not be empty`)
    .max(128)
    .regex(/^[^/\\\p{Cc}]+$/u, `${label} must hold no slash and no control character`)
    .refine((name) => name !== '.' && name !== '..', `${label} must not be a folder name`);
}

export const subjectIdSchema = keyName('an id');
export const versionNameSchema = keyName('a version name');
export const fileNameSchema = keyName('a file name');

/** What a training is of. */
export const subjectKindSchema = z.enum(['actor', 'style']);
/** The seeds' word for the kind. */
export const trainingModeSchema = z.enum(['custom-actors', 'custom-styles']);

/** A moment as ISO 8601 in UTC. */
export const isoTimeSchema = z.iso.datetime();

/** Lower is sooner, 1 … 2 097 151 (SPEC §2); 0 would overtake everything and is refused. */
export const prioritySchema = z.number().int().min(1).max(2_097_151);

/** Values by the name of a hyperparameter; each is checked against the bounds of the nodes. */
export const hyperparameterValuesSchema = z.record(
  z.string(),
  z.union([z.number(), z.string(), z.boolean()]),
);

/** Values per node that replace the built ones, e.g. `{"109": {"batch_size": 4}}`. */
export const workflowOverridesSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** An amount that may be spent. USD. */
export const budgetUsdSchema = z.number().positive().max(1_000_000);

/** A label that is passed on, stored and filterable. */
export const labelSchema = z.string().min(1).max(256);

/** An address that a message may be sent to. */
export const httpUrlSchema = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2_048);

/** A yes or no in a query string. */
export const queryFlagSchema = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Words that may be given several times or parted by commas. */
export const queryWordsSchema = z
  .union([z.string().max(512), z.array(z.string().max(512)).max(32)])
  .transform((words) => [words].flat().flatMap((each) => each.split(',')))
  .pipe(z.array(z.string().trim().min(1)).min(1));

/** Where the next page of a list begins, and how long a page is. */
export const pageQueryShape = {
  limit: z.coerce.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(512).optional(),
};

/** The header that makes a POST safe to send again (SPEC §5). */
export const idempotencyHeadersSchema = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('Same key and body: the same answer again. Kept 24 h.'),
});
