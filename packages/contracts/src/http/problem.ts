import { z } from 'zod';

/** Fault of one field of a request: its path, the message, the value that was sent and the bound that it breaks. */
export const problemIssueSchema = z.object({
  path: z.string(),
  message: z.string(),
  value: z.unknown().optional(),
  bound: z.string().optional(),
});
/** Fault of one field of a request. */
export type ProblemIssue = z.infer<typeof problemIssueSchema>;

/** Finding of a dataset report: a code, a message with the names of the first files, and the remedy. */
export const findingSchema = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'advice']),
  message: z.string(),
  hint: z.string(),
});

/** Error response of every route, `application/problem+json` (RFC 9457). Programs depend on `code`, which is stable. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  /** Next step for the caller. */
  hint: z.string().optional(),
  issues: z.array(problemIssueSchema).optional(),
  findings: z
    .array(findingSchema)
    .optional()
    .describe('Errors of refused data, each with the names of the files and the remedy.'),
  training_id: z
    .string()
    .optional()
    .describe(
      'Live training of a busy subject, or the training of an Idempotency-Key that is already in use.',
    ),
  request_id: z.string(),
});
/** Error response of every route. */
export type Problem = z.infer<typeof problemSchema>;

/** Error response of `POST /api/training/start`: a problem with the fields `{status: "failed", error}` of the legacy API. */
export const legacyProblemSchema = problemSchema.extend({ status: z.literal('failed'), error: z.string() });
/** Error response of `POST /api/training/start`. */
export type LegacyProblem = z.infer<typeof legacyProblemSchema>;

/** A message that continues the name of its field to a sentence. */
const CONTINUES_NAME = /^(must|is|has|have|holds|needs|contains|does|may|cannot|repeats)\b/;

/**
 * The sentence of an issue: `priority must be 1 or more`. `name` is the name of the field where the reader is, by default the
 * path of the issue.
 */
export function toIssueSentence(
  { path, message }: Pick<ProblemIssue, 'path' | 'message'>,
  name = path,
): string {
  const field = path.split('.').at(-1) ?? path;
  const starts = ['unknown field ', `${name} `, `${field} `, `"${field}" `];
  if (name === '' || starts.some((start) => message.startsWith(start))) return message;
  const continues = CONTINUES_NAME.test(message) || / is unknown; use /.test(message);
  return continues ? `${name} ${message}` : `${name}: ${message}`;
}
