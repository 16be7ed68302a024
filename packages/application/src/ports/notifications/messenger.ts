/** A subscriber of the settings. */
export interface Destination {
  readonly name: string;
  /** Notification types, `training.*` or `*`. */
  readonly events: readonly string[];
  /** For trainings of a batch: a message at its end, a message per training, or both. */
  readonly batch: 'digest' | 'each' | 'both';
}

/** The destination that a training's own request names by URL; all others are named by the settings. */
export const NOTIFY_URL = 'notify_url';

/** A message to a destination. */
export interface OutgoingMessage {
  /** The `webhook-id` header: equal for every attempt to send this message. */
  readonly id: string;
  readonly destination: string;
  /** Only for {@link NOTIFY_URL}. */
  readonly url?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The result of a send. Reasons contain no secret. */
export type SendOutcome =
  | { readonly kind: 'delivered'; readonly status?: number }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly status?: number;
      /** The destination's Retry-After, ms. */
      readonly retryAfterMs?: number;
    }
  /** A permanent failure: the address is not allowed, or the settings no longer have this destination. */
  | { readonly kind: 'refused'; readonly reason: string; readonly status?: number };

/** Sends messages. It does not throw: an unreachable destination is an outcome. */
export interface Messenger {
  readonly destinations: readonly Destination[];
  /** The reason why a URL is never called; undefined for an allowed URL. Checks the text only, without DNS. */
  findRefusalReason(url: string): string | undefined;
  send(message: OutgoingMessage): Promise<SendOutcome>;
}
