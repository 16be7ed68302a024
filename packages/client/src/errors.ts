import { type Problem, toIssueSentence } from '@trainyard/contracts';
import { TrainyardError } from '@trainyard/domain';

/** Thrown when no server answers: the connection failed, or no response came within 60 s. */
export class UnreachableError extends TrainyardError {
  readonly code = 'unreachable';
  override readonly retryable = true;
  constructor(url: string, cause: unknown) {
    super(
      `No server answers at ${url} (${describeCause(cause)}). Start one with \`npx trainyard up\`, or set TRAINYARD_URL.`,
      { cause },
    );
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be resolved at present',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
  UND_ERR_SOCKET: 'the connection was closed',
  TimeoutError: 'no answer within 60 s',
};

/** Names the cause of a failed connection, by the code or name of the innermost error. */
function describeCause(error: unknown): string {
  const causes: unknown[] = [];
  for (let each = error; each instanceof Error && causes.length < 5; each = each.cause) {
    causes.unshift(each);
    if (each instanceof AggregateError) causes.unshift(...each.errors.slice(0, 1));
  }
  for (const each of causes) {
    const { code, name } = each as { readonly code?: unknown; readonly name?: unknown };
    const known = CAUSES[String(code)] ?? CAUSES[String(name)];
    if (known !== undefined) return known;
  }
  const [innermost] = causes;
  return innermost instanceof Error && innermost.message !== '' ? innermost.message : String(error);
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
  const sentences = issues.map((issue) => `  ${toIssueSentence(issue)}`);
  return [
    ...(issues.length > 1 ? [`${title}:`, ...sentences] : [detail === '' ? title : detail]),
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
