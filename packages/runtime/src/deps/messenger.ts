import type { Messenger } from '@trainyard/application';
import { createMessenger } from '@trainyard/notifications';
import type { Settings } from '../settings/settings.ts';

/** How long a destination is waited for; others are not kept waiting by it. Real ms. */
const TIMEOUT_MS = 10_000;

/** Whom the settings want told. */
export function openMessenger(settings: Settings): Messenger {
  const { NOTIFY_EVENTS: events, NOTIFY_BATCH: batch } = settings;
  const { SMTP_URL: smtpUrl, MAIL_FROM: from, MAIL_TO: to, SLACK_WEBHOOK_URL: slackUrl } = settings;
  return createMessenger({
    allowPrivate: settings.NOTIFY_ALLOW_PRIVATE,
    timeoutMs: TIMEOUT_MS,
    notifySecrets: settings.NOTIFY_SECRET ?? [],
    subscribers: (settings.NOTIFY_SUBSCRIBERS ?? []).map((each) => ({
      ...each,
      events: each.events ?? events,
      batch: each.batch ?? batch,
    })),
    ...(slackUrl !== undefined && { slack: { url: slackUrl, events, batch } }),
    ...(smtpUrl !== undefined && from !== undefined && to && { mail: { smtpUrl, from, to, events, batch } }),
  });
}
