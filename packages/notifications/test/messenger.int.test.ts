import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createMessenger, type MessengerOptions } from '../src/index.ts';
import { openMailbox } from './mailbox.ts';
import { createSecret, openReceiver } from './receiver.ts';

const all = { events: ['*'], batch: 'both' } as const;

function opened(options: Partial<MessengerOptions>) {
  return createMessenger({
    allowPrivate: true,
    timeoutMs: 500,
    subscribers: [],
    notifySecrets: [],
    ...options,
  });
}

const body = {
  type: 'training.completed',
  timestamp: '2026-01-01T00:00:00.000Z',
  data: { training: { kind: 'actor', subject_id: '0001 <&>', version_name: 'V2', cost_usd: 0.5 } },
};
function message(destination: string, url?: string) {
  return {
    id: 'msg_000000001abc',
    destination,
    body,
    ...(url !== undefined && { url }),
  };
}

describe('createMessenger: messages to subscribers', () => {
  it('signs a message with the new and the old secret by Standard Webhooks', async () => {
    const [fresh, old] = [createSecret(), createSecret()];
    const receiver = await openReceiver();
    const subscriber = { ...all, name: 'one', url: receiver.url, secrets: [fresh, old] };
    const messenger = opened({ subscribers: [subscriber] });
    expect(await messenger.send(message('one'))).toEqual({ kind: 'delivered', status: 204 });
    const [post] = receiver.messages;
    expect(post!.id).toBe('msg_000000001abc');
    for (const each of [fresh, old])
      expect(new Webhook(each).verify(post!.text, post!.headers)).toEqual(body);
    expect(() => new Webhook(createSecret()).verify(post!.text, post!.headers)).toThrow();
    expect(() => new Webhook(fresh).verify(`${post!.text} `, post!.headers)).toThrow();
  });

  it('sends the same id and payload in every try', async () => {
    const receiver = await openReceiver();
    const messenger = opened({ notifySecrets: [createSecret()] });
    for (let times = 0; times < 2; times += 1) await messenger.send(message('notify_url', receiver.url));
    const [first, second] = receiver.messages;
    expect(second!.text).toBe(first!.text);
    expect(second!.id).toBe(first!.id);
  });
});

describe('createMessenger: messages to untrusted addresses', () => {
  it('refuses every notation of an address of this machine or a private network', async () => {
    const { port, connections } = await openReceiver();
    const messenger = opened({ allowPrivate: false });
    const hosts = [
      'localhost',
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '0.0.0.0',
      '10.0.0.1',
      '169.254.169.254',
      '[fd00::1]',
      '100.64.0.1',
    ];
    const outcomes = await Promise.all(
      hosts.map((host) => messenger.send(message('notify_url', `http://${host}:${port}/`))),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(hosts.map(() => 'refused'));
    expect(connections()).toBe(0);
  });

  it('checks the addresses to which a host name resolves at connection time', async () => {
    const { port, connections } = await openReceiver();
    const answers = [['192.0.2.1'], ['93.184.215.14', '127.0.0.1'], ['127.0.0.1']];
    const lookup = ((_host, _options, callback) =>
      callback(
        null,
        (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
      )) as LookupFunction;
    const messenger = opened({ allowPrivate: false, lookup });
    for (let times = 0; times < 3; times += 1)
      expect(await messenger.send(message('notify_url', `http://innocent.example:${port}/`))).toMatchObject({
        kind: 'refused',
      });
    expect(answers).toEqual([]);
    expect(connections()).toBe(0);
  });

  it('does not follow redirects', async () => {
    const other = await openReceiver();
    const receiver = await openReceiver((response) => response.writeHead(307, { location: other.url }).end());
    const outcome = await opened({}).send(message('notify_url', receiver.url));
    expect(outcome).toMatchObject({ kind: 'failed', status: 307 });
    expect(other.connections()).toBe(0);
  });

  it('distinguishes destinations that are unreachable, slow, busy or gone', async () => {
    const slow = await openReceiver(() => undefined);
    const busy = await openReceiver((response) =>
      response.writeHead(503, { 'retry-after': '120' }).end('later'),
    );
    const gone = await openReceiver((response) => response.writeHead(410).end());
    const messenger = opened({});
    const sendTo = (url: string) => messenger.send(message('notify_url', url));
    expect(await sendTo('http://127.0.0.1:1/')).toEqual({ kind: 'failed', reason: 'ECONNREFUSED' });
    expect(await sendTo(slow.url)).toEqual({ kind: 'failed', reason: 'the request timed out' });
    expect(await sendTo(busy.url)).toMatchObject({ kind: 'failed', status: 503, retryAfterMs: 120_000 });
    expect(await sendTo(gone.url)).toMatchObject({ kind: 'refused', status: 410 });
  });
});

describe('createMessenger: messages to operators', () => {
  const mail = (smtpUrl: string) => ({
    ...all,
    smtpUrl,
    from: 'Yard <yard@example.com>',
    to: ['op@example.com'],
  });

  it('sends mail as plain text with the same Message-ID in every try', async () => {
    const mailbox = await openMailbox();
    const messenger = opened({ mail: mail(mailbox.url) });
    for (let times = 0; times < 2; times += 1)
      expect(await messenger.send(message('mail'))).toEqual({ kind: 'delivered' });
    expect(mailbox.mails).toHaveLength(2);
    for (const each of mailbox.mails) {
      expect(each).toMatch(/^Subject: \[Trainyard\] Training of actor 0001 <&> V2: completed\r$/m);
      expect(each).toMatch(/^Message-ID: <msg_000000001abc@example\.com>\r$/m);
      expect(each).toContain('Cost: $0.50');
    }
  });

  it('reports a rejected SMTP account without its password', async () => {
    const mailbox = await openMailbox();
    const wrong = mailbox.url.replace('right', 'hunter2');
    const outcome = await opened({ mail: mail(wrong) }).send(message('mail'));
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('EAUTH') });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it('posts to Slack with escaped control characters', async () => {
    const receiver = await openReceiver((response) => response.writeHead(200).end('ok'));
    const messenger = opened({ slack: { ...all, url: `${receiver.url}/services/T/B/x` } });
    expect(await messenger.send(message('slack'))).toMatchObject({ kind: 'delivered' });
    expect(JSON.parse(receiver.messages[0]!.text)).toEqual({
      text: expect.stringContaining('*Training of actor 0001 &lt;&amp;&gt; V2: completed*'),
    });
  });
});

it('createMessenger refuses a destination that the settings no longer define', async () => {
  expect(await opened({}).send(message('formerly'))).toMatchObject({ kind: 'refused' });
});
