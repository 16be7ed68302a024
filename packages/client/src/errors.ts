import type { Problem } from '@trainyard/contracts';

/** Thrown when no server answers. */
export class UnreachableError extends Error {
  readonly code = 'unreachable';
  readonly retryable = true;
  constructor(url: string, cause: unknown) {
    super(`No server answers at ${url}. Start one with \`trainyard up\`, or set TRAINYARD_URL.`, { cause });
    this.name = 'UnreachableError';
  }
}

/** Thrown when the server answers with a problem. */
export class RefusedError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(formatProblem(problem));
    this.name = 'RefusedError';
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

/** Thrown when what answers is no Trainyard, or one of another version. */
export class UnexpectedResponseError extends Error {
  readonly code = 'unexpected_response';
  readonly retryable = false;
  constructor(path: string, reason: string) {
    super(`What answers at ${path} is not what this version of trainyard expects: ${reason}`);
    this.name = 'StrangeAnswerError';
  }
}

/** Thrown when a subject's id cannot be told again from the model's name, which is all that the seeds' body has. */
export class AmbiguousNameError extends Error {
  readonly code = 'ambiguous_name';
  readonly retryable = false;
  constructor(id: string, name: string) {
    super(
      `"${id}" cannot be told from the model name "${name}"; ask with \`enqueue\`, which names the subject itself`,
    );
    this.name = 'AmbiguousNameError';
  }
}
