import type { Problem } from '@trainyard/contracts';
import { TrainyardError } from '@trainyard/domain';

/** Thrown when no server answers: the connection failed, or no response came within 60 s. */
export class UnreachableError extends TrainyardError {
  readonly code = 'unreachable';
  override readonly retryable = true;
  constructor(url: string, cause: unknown) {
    super(`No server answers at ${url}. Start one with \`trainyard up\`, or set TRAINYARD_URL.`, { cause });
  }
}

/** Thrown when no HTTP header can hold the API key, so that no request can be sent. */
export class InvalidApiKeyError extends TrainyardError {
  readonly code = 'invalid_api_key';
  constructor() {
    super(
      'The API key must consist of visible ASCII characters without blanks; copy it again without quotation marks and invisible characters.',
    );
  }
}

/**
 * Thrown when the server answers with a problem. `code` is the code of the problem. Retryable are 429 and every status from
 * 500 on.
 */
export class RefusedError extends TrainyardError {
  readonly code: string;
  override readonly retryable: boolean;
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(formatProblem(problem));
    this.code = problem.code;
    this.retryable = problem.status >= 500 || problem.status === 429;
    this.problem = problem;
  }
}

function formatProblem({ title, detail, hint, issues = [] }: Problem): string {
  return [
    detail === '' ? title : `${title}: ${detail}`,
    ...(issues.length > 1
      ? issues.map(({ path, message, bound }) => `  ${path}: ${message}${bound ? ` (${bound})` : ''}`)
      : []),
    ...(hint === undefined ? [] : [hint]),
  ].join('\n');
}

/** Thrown when a response does not match the contract: the server is not Trainyard, or a different version of it. */
export class UnexpectedResponseError extends TrainyardError {
  readonly code = 'unexpected_response';
  constructor(path: string, reason: string) {
    super(`Unexpected response to ${path}; the server may run a different version of Trainyard: ${reason}`);
  }
}

/** Thrown when the model name, the only subject in a legacy request, would not lead back to the id of the subject. */
export class AmbiguousNameError extends TrainyardError {
  readonly code = 'ambiguous_name';
  constructor(id: string, name: string) {
    super(
      `The id "${id}" cannot be read back from the model name "${name}". Use \`enqueue\`, which sends the id itself.`,
    );
  }
}
