import type { OutgoingMessage, SendOutcome } from '@trainyard/application';
import { formatMessage } from './message-text.ts';
import { renderMessage, type TextFormat } from './render-message.ts';

/** SMTP server, sender and recipients of mail notifications. */
export interface MailOptions {
  /**
   * `smtp://` or `smtps://` with the account. Set by the operator, so that private addresses are allowed.
   */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Timeout for the connection, the greeting and inactivity. Real ms. */
  readonly timeoutMs: number;
}

/** Mail servers take far more; a longer text is not read. */
const MAIL_FORMAT: TextFormat = { maxLength: 20_000 };

/** Sends a message as plain text. */
export type SendMail = (message: OutgoingMessage) => Promise<SendOutcome>;

/** Creates a sender of mail by SMTP. Never throws: errors become the outcome `failed`. */
export function createMail({ smtpUrl, from, to, timeoutMs }: MailOptions): SendMail {
  const transport = openTransport(smtpUrl, timeoutMs);
  return async (message) => {
    const [subject = '', ...rest] = renderMessage(formatMessage(message.body), MAIL_FORMAT).split('\n');
    try {
      await (await transport).sendMail({
        from,
        to: [...to],
        subject: `[Trainyard] ${subject}`,
        text: `${[subject, ...rest].join('\n')}\n`,
        messageId: toMessageId(message, from),
      });
      return { kind: 'delivered' };
    } catch (error) {
      return { kind: 'failed', reason: toReason(error) };
    }
  };
}

/** Error code and SMTP status without the message, which may contain the account. */
function toReason(error: unknown): string {
  if (!(error instanceof Error)) return 'the mail server failed';
  const words = [
    'code' in error ? String(error.code) : error.name,
    'responseCode' in error && error.responseCode !== undefined ? String(error.responseCode) : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** The same `Message-ID` for every try, so that mail clients detect a duplicate. */
function toMessageId({ id }: OutgoingMessage, from: string): string {
  return `<${id}@${/@([\w.-]+)/.exec(from)?.[1] ?? 'trainyard'}>`;
}

/** Imported on demand, since most processes send no mail. */
async function openTransport(smtpUrl: string, timeoutMs: number) {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url: smtpUrl,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
