import type { Settings } from '@trainyard/runtime';
import { createFindings, type Finding } from './finding.ts';

type NotificationSettings = Pick<
  Settings,
  'NOTIFY_SUBSCRIBERS' | 'NOTIFY_ALLOW_PRIVATE' | 'SMTP_URL' | 'MAIL_TO' | 'SLACK_WEBHOOK_URL'
>;

const part = createFindings('Notifications');

/** Judges who is told, without telling anyone: `trainyard notify-test` does. Pure; names no secret. */
export function checkNotifications(
  settings: NotificationSettings,
  { canSignNotifyUrl }: { readonly canSignNotifyUrl: boolean },
): readonly Finding[] {
  const destinations = [...checkSubscribers(settings), ...checkMail(settings), ...checkSlack(settings)];
  return [
    ...(destinations.length > 0
      ? destinations
      : [part.warning('nobody is told when something ends or stands still')]),
    ...(!canSignNotifyUrl
      ? [part.warning('posts to a notify_url bear no signature without NOTIFY_SECRET')]
      : []),
    ...(settings.NOTIFY_ALLOW_PRIVATE
      ? [part.warning('NOTIFY_ALLOW_PRIVATE lets callers have private addresses posted to')]
      : []),
  ];
}

function checkSubscribers(settings: NotificationSettings): readonly Finding[] {
  return (settings.NOTIFY_SUBSCRIBERS ?? []).map(({ name, url }) => {
    const { protocol, host } = new URL(url);
    return protocol === 'https:'
      ? part.ok(`${name}: signed posts to ${host}`)
      : part.warning(`${name}: posts to ${host} are signed, but anyone on the way can read them`);
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
  if (protocol !== 'https:') return [part.warning(`Slack: ${host} is posted to without encryption`)];
  const isSlack = host === 'hooks.slack.com';
  return isSlack && !/^\/(services|workflows|triggers)\/./.test(pathname)
    ? [
        part.fault(
          'SLACK_WEBHOOK_URL is no address of an incoming webhook: https://hooks.slack.com/services/…',
        ),
      ]
    : [part.ok(`Slack: ${host}`)];
}
