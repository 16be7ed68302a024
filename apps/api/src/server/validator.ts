import { describeIssue } from '@trainyard/contracts';
import type { z } from 'zod';
import { RequestValidationError } from '../problems/errors.ts';

/** Result of a validation, in the form that Fastify expects. */
type Validation =
  | { readonly value: unknown; readonly error?: never }
  | { readonly error: RequestValidationError };

/** Compiles the validator of a part of a request. Faults are in the words of the API, and hold the value that was sent. */
export function compileValidator({ schema }: { readonly schema: z.ZodType }): (data: unknown) => Validation {
  return (data) => {
    const parsed = schema.safeParse(data, { error: describeIssue, reportInput: true });
    return parsed.success
      ? { value: parsed.data }
      : { error: new RequestValidationError(parsed.error.issues) };
  };
}
