import { NOTIFICATION_TYPES } from '@trainyard/application';
import { z } from 'zod';
import { defaulted, optional } from '../declare.ts';
import { choice, flag, list, text, url } from '../kinds.ts';

const group = 'Notifications';
const BATCH_MODES = ['digest', 'each', 'both'] as const;
/** Names that other destinations bear. */
const RESERVED_NAMES = ['notify_url', 'mail', 'slack'];
const SECRET_BYTES = { min: 24, max: 64 };

const EVENT_PATTERNS: readonly string[] = [
  '*',
  ...NOTIFICATION_TYPES,
  ...new Set(NOTIFICATION_TYPES.map((type) => `${type.slice(0, type.indexOf('.'))}.*`)),
];

/** `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks has it. */
function isSecret(word: string): boolean {
  const [, code] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(word) ?? [];
  const bytes = code === undefined ? 0 : Buffer.from(code, 'base64').length;
  return bytes >= SECRET_BYTES.min && bytes <= SECRET_BYTES.max;
}

const secretSchema = z.string().refine(isSecret, 'must be whsec_ and 24 to 64 bytes in base64');
const eventsSchema = z
  .array(z.string().refine((word) => EVENT_PATTERNS.includes(word), `may hold ${EVENT_PATTERNS.join(', ')}`))
  .min(1);

const subscriberSchema = z
  .strictObject({
    name: z.string().regex(/^[\w-]{1,64}$/, 'must be letters, digits, - and _'),
    url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
    secret: z.union([secretSchema, z.array(secretSchema).min(1)]),
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
    `names must differ, also from ${RESERVED_NAMES.join(', ')}`,
  );

/** Somebody who is told by signed posts. */
export type SubscriberSetting = z.output<typeof subscriberSchema>;

function parseJson(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch {
    return undefined;
  }
}

/** What is wrong is said by its place; the value may hold a secret. */
const subscribers = text().transform((word, context): readonly SubscriberSetting[] => {
  const read = subscribersSchema.safeParse(parseJson(word));
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  const shape = '[{"name", "url", "secret", "events"?, "batch"?}]';
  context.addIssue({ code: 'custom', message: `must be a JSON list ${shape}: ${faults.join('; ')}` });
  return z.NEVER;
});

const secrets = list.transform((words, context): readonly string[] => {
  if (words.every(isSecret)) return words;
  const message = 'must be whsec_ and 24 to 64 bytes in base64; several parted by commas';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const events = list.transform((words, context): readonly string[] => {
  const read = eventsSchema.safeParse(words);
  if (read.success) return read.data;
  context.addIssue({ code: 'custom', message: `may hold ${EVENT_PATTERNS.join(', ')}` });
  return z.NEVER;
});

const address = /^[^\s@<>]+@[^\s@<>]+$|^[^<>]*<[^\s@<>]+@[^\s@<>]+>$/;
const addresses = list.transform((words, context): readonly string[] => {
  if (words.every((word) => address.test(word))) return words;
  context.addIssue({ code: 'custom', message: 'must be e-mail addresses parted by commas' });
  return z.NEVER;
});

/** Who is told what (SPEC §10). */
export const notifications = {
  NOTIFY_SUBSCRIBERS: optional(subscribers, {
    group,
    about:
      'Who is told by signed posts: a JSON list of {"name", "url", "secret": "whsec_…", "events": ["training.*"], "batch"}.',
    secret: true,
  }),
  NOTIFY_SECRET: optional(secrets, {
    group,
    about:
      'Signs what is sent to the notify_url of trainings (whsec_…); the old one after a comma while it is changed. `trainyard up` makes one.',
    secret: true,
  }),
  NOTIFY_EVENTS: defaulted(events, '*', {
    group,
    about: `What mail and Slack are told of, and subscribers that say nothing else: ${EVENT_PATTERNS.join(', ')}.`,
  }),
  NOTIFY_BATCH: defaulted(choice(BATCH_MODES), 'digest', {
    group,
    about: 'Of a batch of auto-train: one message when it ends (digest), one for each training, or both.',
  }),
  NOTIFY_ALLOW_PRIVATE: defaulted(flag, 'false', {
    group,
    about: 'Whether messages may be posted to this machine and to private networks.',
  }),
  SMTP_URL: optional(url('smtp', 'smtps'), {
    group,
    about: 'The mail server, with account and password in it; needed for e-mail.',
    secret: true,
    example: 'smtps://user:password@mail.example.com',
  }),
  MAIL_FROM: optional(text('an e-mail address', address), {
    group,
    about: 'Whom e-mail comes from.',
    example: 'Trainyard <trainyard@example.com>',
  }),
  MAIL_TO: optional(addresses, {
    group,
    about: 'Who gets e-mail, parted by commas.',
    example: 'operator@example.com',
  }),
  SLACK_WEBHOOK_URL: optional(url('https', 'http'), {
    group,
    about: 'An incoming webhook of Slack, or of what does as Slack does.',
    secret: true,
  }),
};
