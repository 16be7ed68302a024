/** A request with the exact bytes that are sent. */
export interface FuzzRequest {
  readonly method: string;
  /** Encoded path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer | undefined;
  /** Sends the request to the webhook port. */
  readonly toWebhooks?: boolean;
}

/**
 * Origin of a case: `valid` follows the document, `mutated` violates it in a single place, `hostile` is no ordinary request,
 * `text` has a hostile value in a text field.
 */
export type CaseKind = 'valid' | 'mutated' | 'hostile' | 'text';

/** A case of a route. */
export interface FuzzCase extends FuzzRequest {
  readonly kind: CaseKind;
  /** The request holds a text that cannot be stored, so that accepting it is a fault. */
  readonly mustBeRefused?: boolean;
}
