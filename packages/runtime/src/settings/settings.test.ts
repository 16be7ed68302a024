import { describe, expect, test } from 'vitest';
import { SettingsError } from '../env/parse-env.ts';
import { readSettings, type ServerProcess } from './settings.ts';

const REQUIRED = {
  MODEL_TRAINING_RUNPOD_API_KEY: 'rp_key_that_is_secret',
  MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep1',
  REDIS_URL: 'redis://127.0.0.1:6379',
  OBJECT_STORE_URL: 's3://bucket',
};

function listFaults(source: Record<string, string | undefined>, serverProcess?: ServerProcess) {
  try {
    readSettings(source, serverProcess);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('readSettings', () => {
  test('needs four values and has defaults for the others', () => {
    expect(readSettings(REQUIRED)).toMatchObject({
      TRAINING_CONCURRENCY: 2,
      POLL_INTERVAL_SECONDS: 30,
      MAX_ATTEMPTS: 2,
      HOST: '127.0.0.1',
      ACTOR_POLICY: 'flux-presets',
      OUTPUT_LOOKUP: ['output_key', '{output_name}.safetensors', '{model_name}.safetensors'],
      MODEL_KEY_TEMPLATE: 'models/{training_id}/attempt-{attempt}.safetensors',
    });
  });

  test('refuses Sentinels that are no list of host and port', () => {
    for (const address of ['h:65536', 'h:0', 'redis://h:26379', 'h:26379/0', 'h 1', '::1'])
      expect(
        listFaults({ ...REQUIRED, REDIS_SENTINELS: `a:1,${address}`, REDIS_SENTINEL_NAME: 'm' }),
      ).toEqual([expect.stringMatching(/^REDIS_SENTINELS must be a comma-separated list of host:port/)]);
  });

  test('reports all missing settings at once, with the messages of the legacy tools', () => {
    expect(listFaults({})).toEqual([
      'RunPod API key is required. Set MODEL_TRAINING_RUNPOD_API_KEY (RunPod → Settings → API keys).',
      'MODEL_TRAINING_RUNPOD_ENDPOINT_ID environment variable is required. Set it to the id of the endpoint (RunPod → Serverless).',
      'REDIS_URL is required',
    ]);
  });

  test('treats an empty value as missing', () => {
    expect(readSettings({ ...REQUIRED, PORT: '  ' }).PORT).toBe(8787);
  });

  test('removes the quotation marks of an env file from every value', () => {
    const quoted = Object.fromEntries(Object.entries(REQUIRED).map(([name, value]) => [name, `"${value}"`]));
    const read = readSettings({ ...quoted, PORT: "'9000'", SB_HP_STYLE_MIN: '"600"' });
    expect(JSON.stringify(read.hyperparameters)).toContain('600');
    expect(read).toMatchObject({ ...REQUIRED, PORT: 9000 });
    expect(listFaults({ ...REQUIRED, REDIS_URL: '""' })).toEqual(['REDIS_URL is required']);
  });

  test.each([
    '\u201crpa_0123456789ABCDEF\u201d',
    'rpa_0123456789\u200bABCDEF',
    'rpa_0123456789 ABCDEF',
    'rpa_0123456789\nABCDEF',
    'rpä_0123456789ABCDEF',
  ])('refuses the RunPod key %j without quoting it, and names the remedy', (key) => {
    const faults = listFaults({ ...REQUIRED, MODEL_TRAINING_RUNPOD_API_KEY: key });
    expect(faults).toEqual([expect.stringMatching(/^MODEL_TRAINING_RUNPOD_API_KEY .*again$/)]);
    expect(faults.join()).not.toContain('0123456789');
  });

  test.each([
    'https://api.runpod.ai/v2/abc123/run',
    'api.runpod.ai/v2/abc123',
    'abc123/run',
    'abc 123',
    'a'.repeat(129),
  ])('refuses the endpoint id %s', (id) => {
    expect(listFaults({ ...REQUIRED, MODEL_TRAINING_RUNPOD_ENDPOINT_ID: id })).toEqual([
      'MODEL_TRAINING_RUNPOD_ENDPOINT_ID must be the id of the endpoint (letters, digits, - and _), not its URL',
    ]);
  });

  test('refuses a port that HTTP clients block', () => {
    const source = { ...REQUIRED, RUNPOD_ENDPOINT_BASE_URL: 'http://127.0.0.1:1/v2' };
    expect(listFaults(source)).toEqual([
      expect.stringMatching(/^RUNPOD_ENDPOINT_BASE_URL must have a port that HTTP clients do not block/),
    ]);
  });

  test.each([
    ['REDIS_PREFIX', '\u201ctrainyard\u201d', 'U+201C'],
    ['MAIL_FROM', 'studio\u200b@example.com', 'U+200B'],
    ['AWS_SECRET_ACCESS_KEY', '\ufeffsecret-of-aws', 'U+FEFF'],
    ['MODEL_TRAINING_RUNPOD_ENDPOINT_ID', '\u2018abc123\u2019', 'U+2018'],
  ])('refuses %s with a character from a document once, by its code point', (name, value, code) => {
    const faults = listFaults({ ...REQUIRED, [name]: value }).filter((fault) => fault.startsWith(name));
    expect(faults).toEqual([expect.stringMatching(new RegExp(`\\(${code.replace('+', '\\+')}\\)`))]);
    expect(faults.join()).not.toContain(value);
  });

  test('reports a characters fault together with the faults of other settings', () => {
    const faults = listFaults({ ...REQUIRED, REDIS_PREFIX: 'a\u200bb', PORT: 'x' });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['REDIS_PREFIX', 'PORT']);
  });

  test('warns of a variable whose name is close to a setting or a former name, and of no other variable', () => {
    const source = {
      ...REQUIRED,
      TRAINING_CONCURENCY: '4',
      REDIS_URI: 'redis://127.0.0.1:1',
      WEBHOOK_SECRETS: 'a-secret-of-16-characters',
      PRIORITY_PERSON: '5',
      HOME: '/root',
      HOSTNAME: 'x',
      LANG: 'C',
      AWS_PROFILE: 'x',
      NODE_OPTIONS: '',
    };
    expect(readSettings(source).warnings.map(({ message }) => message)).toEqual([
      'TRAINING_CONCURENCY is not a setting and is ignored; did you mean TRAINING_CONCURRENCY?',
      'REDIS_URI is not a setting and is ignored; did you mean REDIS_URL?',
      'WEBHOOK_SECRETS is not a setting and is ignored; did you mean WEBHOOK_SECRET?',
      'PRIORITY_PERSON is ignored; its name is now PRIORITY_MANUAL',
    ]);
  });

  test.each(['0', '2', '100'])('accepts %s as GATE_FAILED_RUNS', (text) => {
    expect(readSettings({ ...REQUIRED, GATE_FAILED_RUNS: text }).GATE_FAILED_RUNS).toBe(Number(text));
  });

  test.each(['1', '101', '-1', 'off'])('refuses %s as GATE_FAILED_RUNS', (text) => {
    expect(listFaults({ ...REQUIRED, GATE_FAILED_RUNS: text })).toEqual([
      'GATE_FAILED_RUNS must be 0 or a whole number, 2 to 100',
    ]);
  });

  test('warns when GATE_FAILED_RUNS is 0, and counts to 5 by default', () => {
    expect(readSettings({ ...REQUIRED, GATE_FAILED_RUNS: '0' }).warnings).toMatchObject([
      { name: 'GATE_FAILED_RUNS' },
    ]);
    expect(readSettings(REQUIRED)).toMatchObject({ GATE_FAILED_RUNS: 5, warnings: [] });
  });

  test.each(['2abc', '2.5', '0x2', '1e3', '-1', '0', '1001', 'two'])(
    'rejects %s as a whole number',
    (text) => {
      expect(listFaults({ ...REQUIRED, TRAINING_CONCURRENCY: text })).toEqual([
        'TRAINING_CONCURRENCY must be a whole number, 1 to 1000',
      ]);
    },
  );

  test.each([
    ['MODEL_KEY_TEMPLATE', 'models/{training_id}.safetensors', /must contain \{attempt\}/],
    ['MODEL_KEY_TEMPLATE', 'models/{attempt}.safetensors', /must contain \{training_id\}/],
    ['MODEL_KEY_TEMPLATE', '{training_id}/{attempt}/{name}', /\{name\} is not a placeholder/],
    ['MODEL_KEY_TEMPLATE', 'trainings/{training_id}-{attempt}.json', /one of the folders data, trainings/],
    ['OUTPUT_LOOKUP', 'output_key,{modelname}.safetensors', /\{modelname\} is not a placeholder/],
    ['OUTPUT_LOOKUP', '../{model_name}.safetensors', /path part/],
    ['CONTAINER_OUTPUT_DIR', '/output/{training}', /\{training\} is not a placeholder/],
    ['CONTAINER_OUTPUT_DIR', 'output', /must be an absolute path/],
    ['MODEL_PREFIXES', 'loras/', /must be a comma-separated list of s3:/],
    ['MODEL_PREFIXES', 's3://bucket/../x', /must be a comma-separated list of s3:/],
  ])('refuses %s=%s at start', (name, value, fault) => {
    expect(listFaults({ ...REQUIRED, [name]: value })).toEqual([expect.stringMatching(fault)]);
  });

  test('reads the places of models as buckets with prefixes', () => {
    const { MODEL_PREFIXES } = readSettings({
      ...REQUIRED,
      MODEL_PREFIXES: 's3://a-bucket, s3://b-bucket/loras/',
    });
    expect(MODEL_PREFIXES).toEqual([
      { bucket: 'a-bucket', prefix: '' },
      { bucket: 'b-bucket', prefix: 'loras/' },
    ]);
  });

  test('reports the faults of all settings at once', () => {
    const faults = listFaults({
      ...REQUIRED,
      PORT: '70000',
      EXCLUSIVE_ENDPOINT: 'maybe',
      SB_HP_STYLE_MIN: 'x',
    });
    expect(faults).toHaveLength(3);
    expect(faults.join(' ')).toMatch(/EXCLUSIVE_ENDPOINT.*PORT.*SB_HP_STYLE_MIN/);
  });

  test('reads the names of the legacy tools as aliases', () => {
    const { MODEL_TRAINING_RUNPOD_API_KEY: _, OBJECT_STORE_URL: __, ...rest } = REQUIRED;
    const settings = readSettings({
      ...rest,
      RUNPOD_API_KEY: 'other-key',
      BASE_URL: 'https://example.com/',
      WEBHOOK_SECRET: 'sixteen characters',
      AWS_ACCESS_KEY: 'a',
      AWS_ACCESS_SECRET: 'b',
      S3_USER_BUCKET: 'my-bucket',
    });
    expect(settings).toMatchObject({
      MODEL_TRAINING_RUNPOD_API_KEY: 'other-key',
      GATEWAY_BASE_URL: 'https://example.com',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      OBJECT_STORE_URL: 's3://my-bucket',
    });
  });

  test('prefers the first name over its alias', () => {
    expect(readSettings({ ...REQUIRED, RUNPOD_API_KEY: 'other' }).MODEL_TRAINING_RUNPOD_API_KEY).toBe(
      REQUIRED.MODEL_TRAINING_RUNPOD_API_KEY,
    );
  });

  test('never shows a value in a fault', () => {
    const faults = listFaults({
      ...REQUIRED,
      API_KEYS: 'short',
      WEBHOOK_SECRET: 'tiny',
      REDIS_URL: 'hunter2',
      PORT: 'zzz9',
    });
    expect(faults).toHaveLength(4);
    expect(faults.join(' ')).not.toMatch(/short|tiny|hunter2|zzz9/);
  });

  test('rejects an address other than loopback without API keys', () => {
    expect(listFaults({ ...REQUIRED, HOST: '0.0.0.0' })).toEqual([
      'HOST must be a loopback address unless API_KEYS is set',
    ]);
  });

  test('needs API keys for the API alone, and a webhook secret for the processes that use webhook URLs', () => {
    const shared = { ...REQUIRED, HOST: '0.0.0.0', GATEWAY_BASE_URL: 'https://trainyard.example.com' };
    expect(listFaults(shared)).toEqual([
      'HOST must be a loopback address unless API_KEYS is set',
      'WEBHOOK_SECRET is required with GATEWAY_BASE_URL',
    ]);
    expect(listFaults(shared, 'dispatcher')).toEqual(['WEBHOOK_SECRET is required with GATEWAY_BASE_URL']);
    expect(listFaults(shared, 'reconciler')).toEqual([]);
  });

  test('parses API keys with and without a scope', () => {
    const { API_KEYS } = readSettings({ ...REQUIRED, API_KEYS: 'read:0123456789abcdef, fedcba9876543210' });
    expect(API_KEYS).toEqual([
      { key: '0123456789abcdef', scope: 'read' },
      { key: 'fedcba9876543210', scope: 'admin' },
    ]);
  });

  test.each(['boss', 'Admin', 'admin ', 'readonly', '', 'https'])(
    'rejects the scope prefix %j by the position of its entry, without the key',
    (prefix) => {
      const faults = listFaults({
        ...REQUIRED,
        API_KEYS: `read:0123456789abcdef,${prefix}:fedcba9876543210`,
      });
      expect(faults).toEqual([
        'API_KEYS entry 2 has an unknown scope prefix; a key has one of the prefixes read:, write:, admin: or no colon',
      ]);
    },
  );

  test('reports every faulty API key by its position', () => {
    const keys = [
      'admin:short',
      'read:0123456789abcdef',
      '0123456789abcdef',
      'ö0123456789abcdef',
      'write:a:b:c:d:e:f:g:h:i',
    ];
    expect(listFaults({ ...REQUIRED, API_KEYS: keys.join() })).toEqual([
      'API_KEYS entry 1 must be at least 16 characters long without its prefix',
      'API_KEYS entry 3 repeats the key of entry 2',
      'API_KEYS entry 4 must consist of visible ASCII characters, because an HTTP header carries it',
    ]);
  });

  test('finds the price of a GPU by its usual names, with the date of the price', () => {
    for (const name of ['NVIDIA GeForce RTX 4090', '4090 PRO', 'rtx-4090'])
      expect(readSettings({ ...REQUIRED, GPU_TYPE: name })).toMatchObject({
        usdPerSecond: 0.00031,
        price: { gpuType: name, asOf: '2026-06-08' },
      });
    expect(() => readSettings({ ...REQUIRED, GPU_TYPE: 'X1', GPU_PRICES: 'X1=0.001' })).toThrow(
      /GPU_PRICES_AS_OF/,
    );
  });

  test('rejects a budget without a known price, and an unknown time zone', () => {
    expect(() => readSettings({ ...REQUIRED, BUDGET_DAY_USD: '5' })).toThrow(
      /BUDGET_DAY_USD needs the price of the GPU: set GPU_TYPE to the GPU of the endpoint/,
    );
    expect(() => readSettings({ ...REQUIRED, BUDGET_TIME_ZONE: 'Europe/Atlantis' })).toThrow(/time zone/);
    expect(readSettings({ ...REQUIRED, BUDGET_DAY_USD: '5', GPU_TYPE: 'A100' }).BUDGET_DAY_USD).toBe(5);
  });

  test('multiplies the price of a GPU by the number of GPUs of a worker', () => {
    expect(readSettings({ ...REQUIRED, GPU_TYPE: 'a100', GPUS_PER_WORKER: '2' }).usdPerSecond).toBeCloseTo(
      0.00152,
    );
    const customPrice = {
      ...REQUIRED,
      GPU_TYPE: 'X1',
      GPU_PRICES: 'X1=0.001',
      GPU_PRICES_AS_OF: '2026-11-01',
    };
    expect(readSettings(customPrice).usdPerSecond).toBe(0.001);
  });

  test('requires TIME_ANCHOR_MS when time is scaled', () => {
    expect(listFaults({ ...REQUIRED, TIME_FACTOR: '400' })).toEqual([
      'TIME_ANCHOR_MS is required with TIME_FACTOR',
    ]);
  });
});
