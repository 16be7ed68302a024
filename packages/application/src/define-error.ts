import { TrainyardError } from '@trainyard/domain';

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
) => TrainyardError & { readonly code: Code } & AddedFields<Fields> {
  class DefinedError extends TrainyardError {
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
