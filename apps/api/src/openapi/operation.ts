import type { ProblemCode } from '../problems/table.ts';
import type { HeaderName } from './components/headers.ts';
import type { TagName } from './components/info.ts';

/** Response of an operation that is no error. */
interface Answer {
  readonly description: string;
  /** Response of a real installation. A response without a JSON body has none. */
  readonly example?: unknown;
  /** Headers that the use case sets. Those that follow from the route are added. */
  readonly headers?: readonly HeaderName[];
}

/** Description of an operation in the OpenAPI document. */
export interface OperationDescription {
  /** Name of the operation in generated clients: camelCase, a verb and a noun. It never changes. */
  readonly id: string;
  readonly tag: TagName;
  readonly summary: string;
  readonly description: string;
  /** Codes of the errors of the use case. Those that follow from access, inputs and idempotency are added. */
  readonly errors: readonly ProblemCode[];
  /** Whether errors have the two more fields of the legacy API. */
  readonly legacyProblem?: true;
  /** Request of a real installation. */
  readonly request?: {
    readonly params?: Readonly<Record<string, string | number>>;
    readonly query?: Readonly<Record<string, string | number | boolean>>;
    readonly body?: unknown;
  };
  /** Responses by their status. */
  readonly answers: Readonly<Record<number, Answer>>;
}

declare module 'fastify' {
  interface FastifySchema {
    /** Description of the operation. Every route that is not hidden has one. */
    readonly operation?: OperationDescription;
  }
}

/** Description of an operation whose name is the key and whose tag is that of its group. */
type GroupedDescription = Omit<OperationDescription, 'id' | 'tag'>;

/**
 * Describes the operations of a group of routes by their names. Each description belongs into the schema of its route:
 * `{ schema: { ...operations.getTraining, params, response } }`.
 */
export function describeOperations<Name extends string>(
  tag: TagName,
  descriptions: Readonly<Record<Name, GroupedDescription>>,
) {
  const entries = Object.entries<GroupedDescription>(descriptions).map(([id, each]) => [
    id,
    toSchemaFields({ id, tag, ...each }),
  ]);
  return Object.fromEntries(entries) as Readonly<Record<Name, ReturnType<typeof toSchemaFields>>>;
}

function toSchemaFields(operation: OperationDescription) {
  const { id, tag, summary, description } = operation;
  return { operationId: id, tags: [tag], summary, description, operation };
}
