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

/** What a destination is told of. */
type Subscription = Pick<Destination, 'events' | 'batch'>;

/** Whom to tell, with the secrets that nobody else is given. */
export interface MessengerOptions extends PostOptions {
  readonly subscribers: readonly (Destination & WebhookTarget)[];
  /** Sign what is sent to the `notify_url` of trainings; without any it bears no signature. */
  readonly notifySecrets: readonly string[];
  readonly slack?: Subscription & { readonly url: string };
  readonly mail?: Subscription & Omit<MailOptions, 'timeoutMs'>;
}

type Send = (message: OutgoingMessage) => Promise<SendOutcome>;

/** Sends to all whom the settings name, and to the addresses that came with trainings. */
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
        ? 'leads to this machine or to a private network (NOTIFY_ALLOW_PRIVATE)'
        : undefined,
    send: async (message) => {
      const send = sends.get(message.destination);
      if (!send) return { kind: 'refused', reason: 'the settings no longer name this destination' };
      return send(message).catch(toUnexpectedFailure);
    },
  };
}

/** What no destination should throw, and none may be kept waiting for. */
function toUnexpectedFailure(error: unknown): SendOutcome {
  return {
    kind: 'failed',
    reason: error instanceof Error ? error.name : 'unexpected',
  };
}

function createCallerSend(post: Post, secrets: readonly string[]): Send {
  return async (message) =>
    message.url === undefined
      ? { kind: 'refused', reason: 'there is no address' }
      : postSigned(post, { url: message.url, secrets }, message);
}

/** The names under which mail and Slack are known as destinations. */
export const MAIL = 'mail';
export const SLACK = 'slack';
