/** Tags of the operations with their descriptions. */
const TAG_DESCRIPTIONS = {
  trainings: 'Create, read, cancel and retry trainings.',
  live: 'Live events as server-sent events.',
  dispatch: 'Slots, concurrency limit, pause and gate.',
  budgets: 'Budgets of day, month and batch.',
  subjects: 'Actors and styles with their datasets and versions.',
  files: 'Download and upload of objects by signed links.',
  'auto-train': 'Training of all eligible actors, on request or by schedule.',
  notifications: 'Deliveries of notifications, and the messages that Trainyard sends.',
  tunnel: 'Tunnel for webhooks to a server without a public address.',
  legacy: 'Routes of the legacy tools, kept for existing callers.',
  webhooks: 'Routes that RunPod calls.',
  session: 'Session cookies for browsers.',
  health: 'Health and metrics of the process.',
} as const;

/** Tag of an operation. */
export type TagName = keyof typeof TAG_DESCRIPTIONS;

/** Tags of the document. */
export const TAGS = Object.entries(TAG_DESCRIPTIONS).map(([name, description]) => ({ name, description }));

const DESCRIPTION = `Queues Flux LoRA trainings of actors and styles, runs at most \`max_concurrency\` of them on a RunPod serverless endpoint, and writes each finished model to the manifest of its subject.

**Access.** Send an API key as \`Authorization: Bearer <key>\` or \`x-api-key: <key>\`. Browsers may open a session with \`POST /api/session\`. Each operation names the scope that its key needs: \`read\`, \`write\` (includes \`read\`) or \`admin\` (includes both). A server without API keys serves only its own machine.

**Errors.** Every error is a problem (RFC 9457, \`application/problem+json\`) with a stable \`code\`. Each operation lists its codes.

**Safe repetition.** A POST with the header \`Idempotency-Key\` may be repeated for 24 h: the same key and body receive the saved response with \`Idempotency-Replayed: true\`.

**Lists.** A list returns \`next_cursor\`. Pass it as \`cursor\` to read the next page; it is null on the last page.

**Names.** Fields are snake_case. Times are ISO 8601 in UTC, amounts are US dollars, and a value that is unknown is null.`;

/** Info object of the document. */
export function createInfo(version: string) {
  return {
    title: 'Trainyard',
    version,
    summary: 'Queue for Flux LoRA trainings on RunPod.',
    description: DESCRIPTION,
    license: { name: 'MIT', identifier: 'MIT' },
    contact: { name: 'The Trainyard authors' },
  };
}

/** The server that serves the document. */
export const SERVERS = [{ url: '/', description: 'The server that serves this document.' }];

/** Ways to authenticate. Each one satisfies an operation whose scope the key includes. */
export const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'API key as a bearer token.' },
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'API key in a header of its own.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'trainyard_session',
    description: 'Session of a browser, opened by `POST /api/session`.',
  },
} as const;
