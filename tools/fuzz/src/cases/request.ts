/** A request as it goes over the wire. */
export interface FuzzRequest {
  readonly method: string;
  /** Path and query, encoded as they are sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer | undefined;
  /** Whether it goes to the port of webhooks. */
  readonly toWebhooks?: boolean;
}

/** How a case was made. `valid` keeps to the document, `mutated` breaks it in one place, `hostile` is no ordinary client. */
export type CaseKind = 'valid' | 'mutated' | 'hostile';

/** One case of a route. */
export interface FuzzCase extends FuzzRequest {
  readonly kind: CaseKind;
}
