import { z } from 'zod';

/** One fault of a request: which field, what stood there, what may stand there. */
export const problemIssueSchema = z.object({
  path: z.string(),
  message: z.string(),
  value: z.unknown().optional(),
  bound: z.string().optional(),
});
export type ProblemIssue = z.infer<typeof problemIssueSchema>;

/** Every error of the API, `application/problem+json` (RFC 9457, SPEC §5). `code` is stable and meant for programs. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  /** What to do about it. */
  hint: z.string().optional(),
  issues: z.array(problemIssueSchema).optional(),
  request_id: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

/** A problem of `POST /api/training/start`, which also speaks the seeds' words `{status: "failed", error}` (SPEC §5.2). */
export const legacyProblemSchema = problemSchema.extend({ status: z.literal('failed'), error: z.string() });
export type LegacyProblem = z.infer<typeof legacyProblemSchema>;
