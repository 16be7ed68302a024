import type { Problem } from '@trainyard/contracts';

/** Refused request: the problem of the server with its HTTP status. */
export class ProblemError extends Error {
  readonly problem: Problem;
  /** Time after which the server accepts the request again; undefined where the server names none. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Request without an answer: the server or the connection is away. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super('The server did not answer.', { cause });
    this.name = 'UnreachableError';
  }
}

/** Reads a refused response as an error. */
export async function readProblemError(response: Response): Promise<ProblemError> {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ProblemError(await readProblem(response), Number.isFinite(seconds) ? seconds : undefined);
}

/** Reads the body of a refused response; a body of another program becomes a problem that names the status. */
export async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => undefined);
  if (isProblem(body)) return body;
  return {
    type: 'about:blank',
    title: 'Unexpected response',
    status: response.status,
    detail: `The server answered ${response.status} without an explanation.`,
    code: 'unexpected_response',
    request_id: response.headers.get('x-request-id') ?? '',
  };
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'title' in body;
}

/** The problem code of an error; undefined for an error of another kind. */
export function getProblemCode(error: unknown): string | undefined {
  return error instanceof ProblemError ? error.problem.code : undefined;
}
