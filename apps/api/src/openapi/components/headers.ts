const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string' },
  example,
});

/** Response headers, shared by all operations as components. */
export const HEADERS = {
  Location: text('Path of the created resource.', '/api/trainings/01935a2e-7c1f-7b6a-9d43-5f0e8a1c2b7d'),
  'Idempotency-Replayed': {
    description:
      'Present when the response is the saved one of an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  'Retry-After': {
    description: 'Seconds after which the same request may succeed.',
    schema: { type: 'integer', minimum: 0 },
    example: 2,
  },
  'X-Request-Id': text(
    'Id of the request. The log of the server contains it.',
    'f3a0c7de-52b1-4a0e-8f0c-6b1d9e2a4c58',
  ),
  'WWW-Authenticate': text('Way to authenticate.', 'Bearer'),
  'Cache-Control': text('Caching of the response.', 'no-store'),
  'Content-Disposition': text(
    'File name of the download.',
    "attachment; filename*=UTF-8''actor_0019_V7.safetensors",
  ),
  ETag: text('Version of the object. It changes with the content.', '"9b2cf535f27731c974343645a3985328"'),
  'Set-Cookie': text(
    'Session cookie. HttpOnly, SameSite=Strict, and Secure behind TLS.',
    'trainyard_session=…; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict',
  ),
} as const;

/** Name of a response header. */
export type HeaderName = keyof typeof HEADERS;

/** References to header components. */
export function referHeaders(names: readonly HeaderName[]) {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
