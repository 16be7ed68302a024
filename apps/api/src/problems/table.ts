/** What a code means over HTTP, and what to do about it. */
interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  readonly hint?: string;
  /** Seconds after which the same request may well succeed. */
  readonly retryAfter?: number;
}

const RETRY_SOON_SECONDS = 2;

/** The one place where codes meet HTTP (STYLE 6). A code that is not here is a 500. */
const PROBLEMS = {
  malformed_request: { status: 400, title: 'The request cannot be read' },
  malformed_json: { status: 400, title: 'The body is no JSON', hint: 'Send one JSON object.' },
  unauthorized: { status: 401, title: 'No valid key' },
  invalid_webhook_token: { status: 401, title: 'No valid webhook token' },
  forbidden: { status: 403, title: 'Not allowed with this key' },
  invalid_link: { status: 403, title: 'No such link', hint: 'Ask for a new one.' },
  foreign_host: { status: 403, title: 'Unknown host name' },
  cross_site: { status: 403, title: 'Another site asked' },
  not_found: { status: 404, title: 'There is nothing here', hint: 'All routes stand in /openapi.json.' },
  training_not_found: { status: 404, title: 'No such training' },
  batch_not_found: { status: 404, title: 'No such run of auto-train' },
  delivery_not_found: { status: 404, title: 'No such delivery' },
  subject_not_found: { status: 404, title: 'No such actor or style' },
  selection_set_not_found: { status: 404, title: 'No such selection set' },
  image_not_found: { status: 404, title: 'No such image' },
  caption_not_found: { status: 404, title: 'No caption' },
  file_not_found: { status: 404, title: 'The object is gone' },
  version_not_found: { status: 404, title: 'No such version' },
  method_not_allowed: { status: 405, title: 'Not this way' },
  subject_busy: {
    status: 409,
    title: 'The subject is being trained',
    hint: 'Wait for it, cancel it, or send "force": true.',
  },
  tunnel_not_configured: {
    status: 409,
    title: 'No tunnel can be started',
    hint: 'Set NGROK_AUTHTOKEN to the token of an ngrok account, or GATEWAY_BASE_URL to a public address of your own.',
  },
  wrong_state: { status: 409, title: 'Not in this state' },
  idempotency_in_flight: {
    status: 409,
    title: 'The same request is under way',
    hint: 'Send it again: it is answered as the first one was.',
    retryAfter: 1,
  },
  idempotency_interrupted: {
    status: 409,
    title: 'The same request was interrupted',
    hint: 'Look at what it was to change; if it still must be done, send it with a new key.',
  },
  inputs_pruned: { status: 409, title: 'Only a summary is kept' },
  not_completed: { status: 409, title: 'Not completed' },
  image_exists: {
    status: 409,
    title: 'There is an image of that name',
    hint: 'Choose another name, or send "replace": true.',
  },
  caption_changed: { status: 409, title: 'The caption changed', hint: 'Read it again.' },
  version_name_taken: { status: 409, title: 'The version name is taken' },
  request_timeout: { status: 408, title: 'The request did not arrive' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: {
    status: 415,
    title: 'Not this type of body',
    hint: 'Send application/json.',
  },
  invalid_concurrency_limit: { status: 422, title: 'Invalid concurrency limit' },
  invalid_cursor: {
    status: 422,
    title: 'No such cursor',
    hint: 'Take next_cursor of the page before as it is, or begin anew without one.',
  },
  invalid_request: { status: 422, title: 'The request has faults' },
  budget_exceeded: {
    status: 422,
    title: 'The budget has no room',
    hint: 'Raise the budget, or send "on_budget": "hold" to let it wait for a person.',
  },
  price_unknown: {
    status: 422,
    title: 'No price is known',
    hint: 'Set GPU_TYPE on the server, or send no budget.',
  },
  idempotency_conflict: {
    status: 422,
    title: 'The Idempotency-Key was used for something else',
    hint: 'Use a new key for a new request.',
  },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something broke here', hint: 'Its request_id stands in the log.' },
  training_unreadable: {
    status: 500,
    title: 'A record cannot be read',
    hint: 'Another version of Trainyard may have written it; run that version, or a newer one.',
  },
  corrupt_document: { status: 500, title: 'A stored document cannot be read' },
  tunnel_failed: { status: 502, title: 'The tunnel could not be started', retryAfter: RETRY_SOON_SECONDS },
  object_store_unavailable: {
    status: 503,
    title: 'The object store does not answer',
    retryAfter: RETRY_SOON_SECONDS,
  },
  object_store_refused: {
    status: 503,
    title: 'The object store refuses',
    hint: 'Look at its credentials, its bucket or folder, and its permissions: trainyard doctor.',
  },
  precondition_failed: { status: 503, title: 'Too many writers at once', retryAfter: RETRY_SOON_SECONDS },
  recover_required: {
    status: 503,
    title: 'Redis was lost, or put back from an old copy',
    hint: 'Run trainyard recover.',
  },
  storage_full: {
    status: 503,
    title: 'No room for more trainings',
    hint: 'Give Redis more memory (maxmemory) or lower RETENTION_DAYS.',
    retryAfter: 60,
  },
  redis_unavailable: { status: 503, title: 'Redis cannot be used just now', retryAfter: RETRY_SOON_SECONDS },
  too_many_streams: { status: 503, title: 'Too many streams are open', retryAfter: RETRY_SOON_SECONDS },
  response_timeout: { status: 503, title: 'The answer took too long', retryAfter: RETRY_SOON_SECONDS },
} as const satisfies Readonly<Record<string, ProblemDefinition>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What a code means. */
export function getProblemDefinition(code: ProblemCode): ProblemDefinition {
  return PROBLEMS[code];
}

/** Whether a word is a code of ours. */
export function isProblemCode(value: unknown): value is ProblemCode {
  return typeof value === 'string' && Object.hasOwn(PROBLEMS, value);
}
