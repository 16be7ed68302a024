import { createServer } from 'node:http';
import { createMemoryObjectStore, type ObjectStore } from '@trainyard/application';
import { describe, expect, test } from 'vitest';
import { planHome } from '../embedded/home.ts';
import { runCheck } from './check.ts';
import { checkEndpoint } from './doctor.ts';
import { evaluateHealth } from './endpoint.ts';
import { checkNotifications } from './notifications.ts';
import { readPartialSettings } from './settings.ts';
import { examineCatalogue, examineStore } from './store.ts';

function listFaults(findings: readonly { readonly verdict: string; readonly text: string }[]) {
  return findings.filter(({ verdict }) => verdict !== 'ok').map(({ verdict, text }) => `${verdict}: ${text}`);
}

describe('the doctor on the object store', () => {
  test('accepts a store with conditional writes, names its address and leaves no object behind', async () => {
    const store = createMemoryObjectStore();
    expect(await examineStore(store, 's3://b at http://h')).toEqual([
      { part: 'Object store', verdict: 'ok', text: expect.stringMatching(/^s3:\/\/b at http:\/\/h: reads/) },
    ]);
    const left = await Array.fromAsync(store.list(''));
    expect(left).toEqual([]);
  });

  test('reports a store that ignores write conditions', async () => {
    const store = createMemoryObjectStore();
    const careless: ObjectStore = { ...store, put: (key, body) => store.put(key, body) };
    expect(listFaults(await examineStore(careless, 'file:x'))).toEqual([
      expect.stringMatching(/^fault: file:x: ignores If-None-Match/),
    ]);
  });
});

describe('the doctor on the catalogue', () => {
  const settings = { CATALOGUE_KEY: 'data/actors.json' } as Parameters<typeof examineCatalogue>[1];
  const examineActors = async (document: unknown) => {
    const store = createMemoryObjectStore();
    await store.put(settings.CATALOGUE_KEY, JSON.stringify(document));
    return listFaults(await examineCatalogue(store, settings));
  };
  const readable = { id: '0001', name: 'Anna' };

  test('names each unreadable entry and each converted value, and counts the others', async () => {
    const converted = { ...readable, training_data: { s3_urls: [], count: '15', synced: true } };
    const faults = await examineActors([converted, { id: '0002', name: {} }, null]);
    expect(faults).toEqual([
      expect.stringMatching(/^warning: data\/actors\.json: actor 2 \(0002\)\.name: .* left out/),
      expect.stringMatching(/^warning: data\/actors\.json: actor 3 is not an object; .* left out/),
      expect.stringMatching(/^warning: data\/actors\.json: actor 1 .*count: "15" is read as 15$/),
    ]);
    const many = await examineActors([readable, ...Array.from({ length: 25 }, () => null)]);
    expect(many.length).toBe(21);
    expect(many.at(-1)).toMatch(/^warning: and 5 more$/);
    expect(await examineActors([readable])).toEqual([]);
  });

  test('reports a catalogue that is no list as a fault', async () => {
    expect(await examineActors('nonsense')).toEqual([expect.stringMatching(/^fault: .*data\/actors\.json/)]);
  });
});

describe('a check of the doctor', () => {
  test('reports an error without a message by its first cause, and a check without a result', async () => {
    const refused = new AggregateError([new Error('connect ECONNREFUSED ::1:9')]);
    const fail = () => Promise.reject(refused);
    expect(await runCheck({ part: 'Redis', dependsOn: /x/, examine: fail })).toEqual([
      { part: 'Redis', verdict: 'fault', text: 'connect ECONNREFUSED ::1:9' },
    ]);
    const hang = () => new Promise<never>(() => undefined);
    expect(await runCheck({ part: 'Redis', dependsOn: /x/, examine: hang }, 1)).toEqual([
      { part: 'Redis', verdict: 'fault', text: 'no result within 0.001 s' },
    ]);
  });
});

describe('the doctor on the settings', () => {
  test('reports a faulty setting once, without faults of the settings that depend on it', () => {
    const source = {
      MODEL_TRAINING_RUNPOD_API_KEY: 'key',
      MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep1',
      RUNPOD_ENDPOINT_BASE_URL: 'http://127.0.0.1:1/v2',
      REDIS_URL: 'redis://127.0.0.1:6379',
      REDIS_SENTINELS: 'redis://127.0.0.1:26379',
      REDIS_SENTINEL_NAME: 'mymaster',
    };
    const { faults } = readPartialSettings(source, planHome('.'));
    expect(faults.map(({ name }) => name).sort()).toEqual(['REDIS_SENTINELS', 'RUNPOD_ENDPOINT_BASE_URL']);
  });
});

describe('the doctor on the endpoint', () => {
  const jobs = { inQueue: 0, inProgress: 1, completed: 5, failed: 0, retried: 0 };

  test('reports workers and jobs', () => {
    const finding = evaluateHealth({ kind: 'health', health: { jobs, workers: { idle: 2 } } });
    expect(finding).toMatchObject({ verdict: 'ok', text: 'workers: 2 idle; jobs: 0 queued, 1 running' });
  });

  test('warns of throttled workers and reports a refused key as a fault', () => {
    const health = { jobs, workers: { throttled: 1 } };
    expect(evaluateHealth({ kind: 'health', health }).verdict).toBe('warning');
    expect(evaluateHealth({ kind: 'denied', scope: 'account', message: '401' }).text).toMatch(
      /the key is refused/,
    );
  });
});

describe('the doctor on notifications', () => {
  const noDestination = { NOTIFY_ALLOW_PRIVATE: false } as Parameters<typeof checkNotifications>[0];
  const listNotificationFaults = (settings: Partial<typeof noDestination>, canSignNotifyUrl = true) =>
    listFaults(checkNotifications({ ...noDestination, ...settings }, { canSignNotifyUrl }));

  test('warns of missing destinations and of unsigned posts', () => {
    expect(listNotificationFaults({}, false)).toEqual([
      expect.stringMatching(/^warning: no destination is configured/),
      expect.stringMatching(/^warning: posts to a notify_url are not signed/),
    ]);
  });

  test('accepts valid addresses without naming secrets, and rejects a foreign Slack address', () => {
    const slack = 'https://hooks.slack.com/services/T/B/hidden';
    const mail = { SMTP_URL: 'smtps://user:hidden@mail.example.com', MAIL_TO: ['op@example.com'] };
    const valid = { ...noDestination, ...mail, SLACK_WEBHOOK_URL: slack };
    expect(listNotificationFaults(valid)).toEqual([]);
    expect(JSON.stringify(checkNotifications(valid, { canSignNotifyUrl: true }))).not.toContain('hidden');
    expect(listNotificationFaults({ SLACK_WEBHOOK_URL: 'https://hooks.slack.com/' })).toEqual([
      expect.stringMatching(/^fault: SLACK_WEBHOOK_URL is not the address/),
    ]);
  });
});

test('the check of the endpoint at the start of a server names a refused key, and ends without an answer', async () => {
  const server = createServer((request, response) => {
    if (request.url?.includes('silent')) return;
    response.writeHead(401).end('{"error":"unauthorized"}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const check = (id: string) =>
    checkEndpoint(
      {
        MODEL_TRAINING_RUNPOD_API_KEY: 'a-key',
        MODEL_TRAINING_RUNPOD_ENDPOINT_ID: id,
        RUNPOD_ENDPOINT_BASE_URL: `http://127.0.0.1:${port}/v2`,
      },
      id === 'silent' ? 50 : 10_000,
    );
  try {
    expect(listFaults(await check('refused'))).toEqual([
      expect.stringMatching(/^fault: the key is refused: /),
    ]);
    expect(listFaults(await check('silent'))).toEqual(['fault: no result within 0.05 s']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
