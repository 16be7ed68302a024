import type { OutgoingMessage, SendOutcome } from '@trainyard/application';
import type { Post } from '../http/post.ts';
import { formatMessage } from '../message-text.ts';

/** Posts to an incoming webhook as Slack takes it, and those that do as Slack does. */
export function postToSlack(post: Post, url: string, message: OutgoingMessage): Promise<SendOutcome> {
  const { headline, lines } = formatMessage(message.body);
  const text = [`*${escapeText(headline)}*`, ...lines.map(escapeText)].join('\n');
  return post(url, { text: JSON.stringify({ text }), headers: { 'webhook-id': message.id } });
}

/** The three characters that Slack's text gives a meaning. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
