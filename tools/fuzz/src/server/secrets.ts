import { API_KEY } from '@trainyard/testing/fleet';

/** Secrets of the fuzzed server. Responses and logs must not contain them; none of them is used elsewhere. */
export const SECRETS = {
  adminKey: 'fuzz-secret-admin-key',
  writeKey: 'fuzz-secret-write-key',
  readKey: 'fuzz-secret-read-key',
  runpodKey: API_KEY,
  webhook: 'fuzz-secret-of-the-webhooks',
  webhookPrevious: 'fuzz-secret-of-the-webhooks-before',
  awsKeyId: 'fuzz-secret-aws-key-id',
  awsKey: 'fuzz-secret-aws-key',
  notify: 'whsec_ZnV6ei1zZWNyZXQtb2Ytbm90aWZ5LXVybHM=',
  subscriber: 'whsec_ZnV6ei1zZWNyZXQtb2YtdGhlLXN1YnNjcmliZXI=',
  subscriberPath: 'fuzz-secret-path-of-the-subscriber',
  smtpPassword: 'fuzz-secret-smtp-password',
  slackPath: 'fuzz-secret-slack-path',
} as const;

const { adminKey, writeKey, readKey } = SECRETS;

/** All settings with secrets. The addresses point to a closed port. */
export const secretSettings: Readonly<Record<string, string>> = {
  API_KEYS: `admin:${adminKey},write:${writeKey},read:${readKey}`,
  MODEL_TRAINING_RUNPOD_API_KEY: SECRETS.runpodKey,
  WEBHOOK_SECRET: SECRETS.webhook,
  WEBHOOK_SECRET_PREVIOUS: SECRETS.webhookPrevious,
  AWS_ACCESS_KEY_ID: SECRETS.awsKeyId,
  AWS_SECRET_ACCESS_KEY: SECRETS.awsKey,
  NOTIFY_SECRET: SECRETS.notify,
  NOTIFY_SUBSCRIBERS: JSON.stringify([
    { name: 'studio', url: `http://127.0.0.1:65534/${SECRETS.subscriberPath}`, secret: SECRETS.subscriber },
  ]),
  NOTIFY_ALLOW_PRIVATE: 'true',
  SMTP_URL: `smtp://fuzz:${SECRETS.smtpPassword}@127.0.0.1:65534`,
  MAIL_FROM: 'Trainyard <trainyard@example.com>',
  MAIL_TO: 'operator@example.com',
  SLACK_WEBHOOK_URL: `http://127.0.0.1:65534/${SECRETS.slackPath}`,
};
