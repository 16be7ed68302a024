import type { OutgoingMessage, SendOutcome } from '@trainyard/application';
import { Webhook } from 'standardwebhooks';
import { formatMessage } from './message-text.ts';
import type { Post } from './post.ts';
import { renderMessage, type TextFormat } from './render-message.ts';

/** Address and secrets of a signed message. */
export interface WebhookTarget {
  readonly url: string;
  /**
   * `whsec_…`, newest first. The message is signed with each of them, so that secrets can be rotated without
   * rejected messages.
   */
  readonly secrets: readonly string[];
}

/**
 * Posts a message by the Standard Webhooks specification. The timestamp is the real time of this try; id and
 * payload are equal for all tries.
 */
export function postSigned(
  post: Post,
  target: WebhookTarget,
  message: OutgoingMessage,
): Promise<SendOutcome> {
  const text = JSON.stringify(message.body);
  const sentAt = new Date();
  const signatures = target.secrets.map((secret) => new Webhook(secret).sign(message.id, sentAt, text));
  return post(target.url, {
    text,
    headers: {
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
      ...(signatures.length > 0 && { 'webhook-signature': signatures.join(' ') }),
    },
  });
}

/** The three control characters of Slack's text format. */
const SLACK_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Discord refuses a longer text with 400; Slack takes more. */
const SLACK_FORMAT: TextFormat = {
  maxLength: 2_000,
  emphasis: '*',
  escapeCharacter: (character) => SLACK_ESCAPES[character] ?? character,
};

/** Posts a message to an incoming webhook of Slack or of a compatible service, such as Discord, in at most 2 000 characters. */
export function postToSlack(post: Post, url: string, message: OutgoingMessage): Promise<SendOutcome> {
  const text = renderMessage(formatMessage(message.body), SLACK_FORMAT);
  return post(url, { text: JSON.stringify({ text }), headers: { 'webhook-id': message.id } });
}
