import type { OutgoingMessage, SendOutcome } from '@trainyard/application';
import { formatMessage } from './message-text.ts';

export interface MailOptions {
  /** `smtp://` or `smtps://`, with the account in it. The operator's own: it may be anywhere. */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: readonly string[];
  /** How long a server may stay silent, real ms. */
  readonly timeoutMs: number;
}

/** Sends a message as plain text. */
export type SendMail = (message: OutgoingMessage) => Promise<SendOutcome>;

/** Mail by SMTP. Never throws. */
export function createMail({ smtpUrl, from, to, timeoutMs }: MailOptions): SendMail {
  const transport = openTransport(smtpUrl, timeoutMs);
  return async (message) => {
    const { headline, lines } = formatMessage(message.body);
    try {
      await (await transport).sendMail({
        from,
        to: [...to],
        subject: `[Trainyard] ${headline}`,
        text: `${[headline, ...lines].join('\n')}\n`,
        messageId: toMessageId(message, from),
      });
      return { kind: 'delivered' };
    } catch (error) {
      return { kind: 'failed', reason: toReason(error) };
    }
  };
}

function toReason(error: unknown): string {
  if (!(error instanceof Error)) return 'the mail server failed';
  const words = [
    'code' in error ? String(error.code) : error.name,
    'responseCode' in error && error.responseCode !== undefined ? String(error.responseCode) : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** The same `Message-ID` at each sending, so that a mailbox knows the second one. */
function toMessageId({ id }: OutgoingMessage, from: string): string {
  return `<${id}@${/@([\w.-]+)/.exec(from)?.[1] ?? 'trainyard'}>`;
}

/** Loaded only where mail is sent: most processes start without it. */
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
