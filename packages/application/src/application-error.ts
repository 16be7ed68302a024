/**
 * The base of every error of this package. `code` is stable and part of the HTTP API; `retryable` states whether the
 * same call may succeed later without a change by the caller. The name is the name of the class.
 */
export abstract class ApplicationError extends Error {
  abstract readonly code: string;
  readonly retryable: boolean = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A description of an error: its message, its cause where there is one, and the fields that the class adds. */
type Description<Fields> = Fields & { readonly message: string; readonly cause?: unknown };
type AddedFields<Fields> = Readonly<Omit<Fields, 'message' | 'cause'>>;

/**
 * Builds the class of an error from its code and from a function that turns the arguments of the constructor into the
 * message, or into a description with further fields (`retryable` among them, false by default).
 */
export function defineError<
  const Code extends string,
  Args extends unknown[],
  Fields extends object = object,
>(
  code: Code,
  describe: (...args: Args) => string | Description<Fields>,
): new (
  ...args: Args
) => ApplicationError & { readonly code: Code } & AddedFields<Fields> {
  class DefinedError extends ApplicationError {
    readonly code = code;
    constructor(...args: Args) {
      const described = describe(...args);
      const description: Description<object> =
        typeof described === 'string' ? { message: described } : described;
      const { message, cause, ...fields } = description;
      super(message, cause === undefined ? undefined : { cause });
      Object.assign(this, fields);
    }
  }
  return DefinedError as unknown as new (
    ...args: Args
  ) => DefinedError & AddedFields<Fields>;
}
