import { NOTIFICATION_TYPES } from '@trainyard/application';
import { z } from 'zod';
import { defaulted, optional } from '../env/declare.ts';
import { choice, flag, list, text, url } from '../env/kinds.ts';

const group = 'Notifications';
const BATCH_MODES = ['digest', 'each', 'both'] as const;
/** Names of built-in destinations. */
const RESERVED_NAMES = ['notify_url', 'mail', 'slack'];
const SECRET_BYTES = { min: 24, max: 64 };

const EVENT_PATTERNS: readonly string[] = [
  '*',
  ...NOTIFICATION_TYPES,
  ...new Set(NOTIFICATION_TYPES.map((type) => `${type.slice(0, type.indexOf('.'))}.*`)),
];

/** A secret of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. */
function isSecret(text: string): boolean {
  const [, code] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = code === undefined ? 0 : Buffer.from(code, 'base64').length;
  return bytes >= SECRET_BYTES.min && bytes <= SECRET_BYTES.max;
}

const SECRET_RULE =
  'must be whsec_ and 24 to 64 bytes in base64; make one with: echo whsec_$(openssl rand -base64 32)';
const secretSchema = z.string('must be a text').refine(isSecret, SECRET_RULE);
const eventsSchema = z
  .array(
    z
      .string()
      .refine((pattern) => EVENT_PATTERNS.includes(pattern), `must be one of ${EVENT_PATTERNS.join(', ')}`),
  )
  .min(1);

const NAME_RULE = 'must be letters, digits, - and _';

const subscriberSchema = z
  .strictObject({
    name: z.string(NAME_RULE).regex(/^[\w-]{1,64}$/, NAME_RULE),
    url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
    secret: z.union([secretSchema, z.array(secretSchema).min(1)], SECRET_RULE),
    events: eventsSchema.optional(),
    batch: z.enum(BATCH_MODES).optional(),
  })
  .transform(({ secret, ...rest }) => ({ ...rest, secrets: [secret].flat() }));

const subscribersSchema = z
  .array(subscriberSchema)
  .refine(
    (all) =>
      new Set([...RESERVED_NAMES, ...all.map(({ name }) => name)]).size ===
      RESERVED_NAMES.length + all.length,
    `names must be unique and not ${RESERVED_NAMES.join(', ')}`,
  );

/** A subscriber that receives signed posts. */
export type SubscriberSetting = z.output<typeof subscriberSchema>;

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A fault names its subscriber and field, never the value, which may contain a secret. */
const subscribers = text().transform((json, context): readonly SubscriberSetting[] => {
  const parsed = parseJson(json);
  const read = subscribersSchema.safeParse(parsed);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => {
    const [index, ...field] = path;
    return index === undefined
      ? message
      : `${describeSubscriber(parsed, Number(index))}: ${[field.join('.'), message].join(' ').trim()}`;
  });
  const shape = '[{"name", "url", "secret", "events"?, "batch"?}]';
  context.addIssue({ code: 'custom', message: `must be a JSON list ${shape}: ${faults.join('; ')}` });
  return z.NEVER;
});

function describeSubscriber(parsed: unknown, index: number): string {
  const entry: unknown = Array.isArray(parsed) ? parsed[index] : undefined;
  const name = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
  const isName = typeof name === 'string' && /^[\w-]{1,64}$/.test(name);
  return `subscriber ${isName ? JSON.stringify(name) : index + 1}`;
}

const secrets = list.transform((entries, context): readonly string[] => {
  if (entries.every(isSecret)) return entries;
  const message = 'must be whsec_ and 24 to 64 bytes in base64, or a comma-separated list of such secrets';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const events = list.pipe(eventsSchema);

const address = /^[^\s@<>]+@[^\s@<>]+$|^[^<>]*<[^\s@<>]+@[^\s@<>]+>$/;
const addresses = list.transform((entries, context): readonly string[] => {
  if (entries.every((entry) => address.test(entry))) return entries;
  context.addIssue({ code: 'custom', message: 'must be comma-separated e-mail addresses' });
  return z.NEVER;
});

/** The destinations of notifications (docs/concepts/notifications.md). */
export const notifications = {
  NOTIFY_SUBSCRIBERS: optional(subscribers, {
    group,
    description:
      'Subscribers that receive signed posts: a JSON list of {"name", "url", "secret": "whsec_…", "events": ["training.*"], "batch"}.',
    secret: true,
  }),
  NOTIFY_SECRET: optional(secrets, {
    group,
    description:
      'Secret (whsec_…) that signs the posts to the notify_url of trainings. To rotate it, append the previous secret after a comma. `trainyard up` generates it.',
    secret: true,
  }),
  NOTIFY_EVENTS: defaulted(events, '*', {
    group,
    description: `Events that e-mail, Slack, and subscribers without "events" receive, comma-separated: ${EVENT_PATTERNS.join(', ')}.`,
  }),
  NOTIFY_BATCH: defaulted(choice(BATCH_MODES), 'digest', {
    group,
    description:
      'Notifications of a batch of auto-train: one when the batch ends (digest), one for each training (each), or both.',
  }),
  NOTIFY_ALLOW_PRIVATE: defaulted(flag, 'false', {
    group,
    description: 'Whether posts to loopback addresses and private networks are allowed.',
  }),
  SMTP_URL: optional(url('smtp', 'smtps'), {
    group,
    description: 'URL of the mail server with user and password; required for e-mail.',
    secret: true,
    example: 'smtps://user:password@mail.example.com',
  }),
  MAIL_FROM: optional(text('an e-mail address', address), {
    group,
    description: 'Sender of e-mail.',
    example: 'Trainyard <trainyard@example.com>',
  }),
  MAIL_TO: optional(addresses, {
    group,
    description: 'Comma-separated recipients of e-mail.',
    example: 'operator@example.com',
  }),
  SLACK_WEBHOOK_URL: optional(url('https', 'http'), {
    group,
    description: 'Incoming webhook of Slack, or of a service with the same format.',
    secret: true,
  }),
};
