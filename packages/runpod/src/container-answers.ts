import fc from 'fast-check';

/** Addresses that a container may answer with: of foreign objects, unparsable, and of other schemes. */
const ADDRESSES = [
  's3://other-bucket/secret.safetensors',
  'data/settings.json',
  'trainings/a.safetensors',
  'models/another/attempt-1.safetensors',
  'https://s3.amazonaws.com/local/models/another/attempt-1.safetensors',
  'https://cdn.example/model.safetensors?token=1',
  '/output//a.safetensors',
  '../x.safetensors',
  'models/',
  'javascript:alert(1)',
  'file:///etc/passwd',
  `${'k'.repeat(1_025)}.safetensors`,
  `https://cdn.example/${'k'.repeat(5_000)}.safetensors`,
];

/** Parts of a hostile text: surrogates, control characters, escape sequences, line ends, JSON. */
const PARTS = [
  '\ud800',
  '\udc00',
  '\u0000',
  '\u0085',
  '\u001b[31m',
  '\u001b]0;x\u0007',
  '\r',
  '\n',
  '\u202e',
  '{"',
  '%2F',
];

const hostileText = fc.oneof(
  fc.constantFrom(...ADDRESSES),
  fc
    .tuple(fc.constantFrom(...ADDRESSES), fc.constantFrom(...PARTS))
    .map(([address, part]) => `${address}${part}`),
  fc
    .array(fc.oneof(fc.constantFrom(...PARTS), fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 8 })
    .map((all) => all.join('')),
  fc.constantFrom('CUDA out of memory', 'success', 'failed', 'done', '12/2000 [00:30<1:20:00, 3.4it/s]'),
  fc.nat(300_000).map((length) => 'x'.repeat(length)),
);

/** A value where a text or a number is expected: a hostile text, or a value of another type. */
const hostileValue = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 2 ** 60, [], {}, [[]], { a: '\ud800' }, [
      '\u0000',
    ]),
  },
);

const FIELDS = [
  'loraUrl',
  'lora_url',
  'model_url',
  'output_key',
  'loraName',
  'status',
  'error',
  'message',
  'job_id',
  'size_bytes',
];
const ENVELOPES = ['output', 'result', 'data', 'model_info', 'progress'];
const ERROR_FIELDS = ['error_type', 'error_message', 'error_traceback', 'details', 'hostname'];

const fields = fc.dictionary(
  fc.constantFrom(...FIELDS, ...ERROR_FIELDS, 'step', 'total', 'loss'),
  hostileValue,
  { maxKeys: 4 },
);

const { payload } = fc.letrec<{ payload: unknown }>((tie) => ({
  payload: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    hostileValue,
    fields,
    fc
      .tuple(fc.constantFrom(...ENVELOPES), tie('payload'), fields)
      .map(([name, inner, more]) => ({ ...more, [name]: inner })),
    fc.array(tie('payload'), { maxLength: 3 }),
    tie('payload').map((inner) => JSON.stringify(inner)),
  ),
}));

/**
 * Generates the JSON that RunPod answers to a status request about a run with this id: one of its statuses, with an output and an error of
 * every shape that a container may write: each field may hold surrogates, control characters, escape sequences, a foreign
 * address, 300 000 characters or a value of another type.
 */
export function containerAnswers(
  runId: string,
  statuses: readonly string[],
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  return fc
    .record(
      {
        status: fc.oneof(
          { weight: 5, arbitrary: fc.constantFrom(...statuses) },
          { weight: 1, arbitrary: hostileText },
        ),
        output: payload,
        error: payload,
        executionTime: hostileValue,
        delayTime: hostileValue,
        workerId: hostileValue,
      },
      { requiredKeys: ['status'] },
    )
    .map((job) => ({ id: runId, ...job }));
}
