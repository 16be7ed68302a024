import {
  type Destination,
  type Messenger,
  NOTIFY_URL,
  type OutgoingMessage,
  type SendOutcome,
} from '@trainyard/application';
import { createMail, type MailOptions } from './mail.ts';
import { createPost, hasPrivateHost, type Post, type PostOptions } from './post.ts';
import { postSigned, postToSlack, type WebhookTarget } from './webhooks.ts';

/** Types of messages that a destination receives. */
type Subscription = Pick<Destination, 'events' | 'batch'>;

/** Destinations and secrets of outgoing messages. */
export interface MessengerOptions extends PostOptions {
  readonly subscribers: readonly (Destination & WebhookTarget)[];
  /**
   * Secrets that sign messages to the `notify_url` of trainings; without secrets these messages are unsigned.
   */
  readonly notifySecrets: readonly string[];
  readonly slack?: Subscription & { readonly url: string };
  readonly mail?: Subscription & Omit<MailOptions, 'timeoutMs'>;
}

type Send = (message: OutgoingMessage) => Promise<SendOutcome>;

/**
 * Creates the messenger for the destinations of the settings and for the `notify_url` of trainings. `send`
 * never throws.
 */
export function createMessenger(options: MessengerOptions): Messenger {
  const { subscribers, slack, mail } = options;
  const post = createPost(options);
  const sends = new Map<string, Send>([[NOTIFY_URL, createCallerSend(post, options.notifySecrets)]]);
  const destinations: Destination[] = [];
  const add = (name: string, { events, batch }: Subscription, send: Send): void => {
    destinations.push({ name, events, batch });
    sends.set(name, send);
  };
  for (const each of subscribers) add(each.name, each, (message) => postSigned(post, each, message));
  if (mail) add(MAIL, mail, createMail({ ...mail, timeoutMs: options.timeoutMs }));
  if (slack) add(SLACK, slack, (message) => postToSlack(post, slack.url, message));
  return {
    destinations,
    findRefusalReason: (url) =>
      !options.allowPrivate && hasPrivateHost(url)
        ? 'must not be an address of this machine or of a private network (NOTIFY_ALLOW_PRIVATE)'
        : undefined,
    send: async (message) => {
      const send = sends.get(message.destination);
      if (!send) return { kind: 'refused', reason: 'the settings no longer define this destination' };
      return send(message).catch(toUnexpectedFailure);
    },
  };
}

/**
 * Destinations do not throw; an unexpected error becomes a failed try, so that other deliveries continue.
 */
function toUnexpectedFailure(error: unknown): SendOutcome {
  return {
    kind: 'failed',
    reason: error instanceof Error ? error.name : 'unexpected',
  };
}

function createCallerSend(post: Post, secrets: readonly string[]): Send {
  return async (message) =>
    message.url === undefined
      ? { kind: 'refused', reason: 'the address is missing' }
      : postSigned(post, { url: message.url, secrets }, message);
}

/** Name of the mail destination. */
export const MAIL = 'mail';
/** Name of the Slack destination. */
export const SLACK = 'slack';
