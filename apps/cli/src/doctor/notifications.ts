import type { Settings } from '@trainyard/runtime';
import { createFindings, type Finding } from './finding.ts';

type NotificationSettings = Pick<
  Settings,
  'NOTIFY_SUBSCRIBERS' | 'NOTIFY_ALLOW_PRIVATE' | 'SMTP_URL' | 'MAIL_TO' | 'SLACK_WEBHOOK_URL'
>;

const part = createFindings('Notifications');

/** Checks the settings of notifications without sending any; `trainyard notify-test` sends. Pure; names no secret. */
export function checkNotifications(
  settings: NotificationSettings,
  { canSignNotifyUrl }: { readonly canSignNotifyUrl: boolean },
): readonly Finding[] {
  const destinations = [...checkSubscribers(settings), ...checkMail(settings), ...checkSlack(settings)];
  return [
    ...(destinations.length > 0 ? destinations : [part.warning('no destination is configured')]),
    ...(!canSignNotifyUrl
      ? [part.warning('posts to a notify_url are not signed without NOTIFY_SECRET')]
      : []),
    ...(settings.NOTIFY_ALLOW_PRIVATE
      ? [part.warning('NOTIFY_ALLOW_PRIVATE permits posts to private addresses that callers choose')]
      : []),
  ];
}

function checkSubscribers(settings: NotificationSettings): readonly Finding[] {
  return (settings.NOTIFY_SUBSCRIBERS ?? []).map(({ name, url }) => {
    const { protocol, host } = new URL(url);
    return protocol === 'https:'
      ? part.ok(`${name}: signed posts to ${host}`)
      : part.warning(`${name}: posts to ${host} are signed but not encrypted`);
  });
}

function checkMail({ SMTP_URL: smtp, MAIL_TO: to = [] }: NotificationSettings): readonly Finding[] {
  if (smtp === undefined) return [];
  const { host } = new URL(smtp);
  const text = `mail to ${to.join(', ')} by ${host}`;
  return [host === '' ? part.fault('SMTP_URL names no host') : part.ok(text)];
}

function checkSlack({ SLACK_WEBHOOK_URL: slack }: NotificationSettings): readonly Finding[] {
  if (slack === undefined) return [];
  const { protocol, host, pathname } = new URL(slack);
  if (protocol !== 'https:') return [part.warning(`Slack: posts to ${host} are not encrypted`)];
  const isSlack = host === 'hooks.slack.com';
  return isSlack && !/^\/(services|workflows|triggers)\/./.test(pathname)
    ? [
        part.fault(
          'SLACK_WEBHOOK_URL is not the address of an incoming webhook: https://hooks.slack.com/services/…',
        ),
      ]
    : [part.ok(`Slack: ${host}`)];
}
