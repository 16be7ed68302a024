/** HTTP status of a code, with texts for the caller. */
interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  /** Next step for the caller. */
  readonly hint?: string;
  /** Seconds after which the same request may succeed; sent as Retry-After. */
  readonly retryAfter?: number;
}

const RETRY_SOON_SECONDS = 2;

/** HTTP status, title and hint of every error code. A code that is not listed is answered as `internal`. */
const PROBLEMS = {
  malformed_request: { status: 400, title: 'Malformed request' },
  malformed_json: { status: 400, title: 'Malformed JSON', hint: 'Send one JSON object.' },
  unauthorized: { status: 401, title: 'Unauthorized' },
  invalid_webhook_token: { status: 401, title: 'Invalid webhook token' },
  forbidden: { status: 403, title: 'Insufficient scope' },
  invalid_link: { status: 403, title: 'Invalid link', hint: 'Request a new link.' },
  foreign_host: { status: 403, title: 'Unknown host name' },
  cross_site: {
    status: 403,
    title: 'Cross-site request rejected',
    hint: 'Behind a proxy, set TRUST_PROXY and pass X-Forwarded-Host and X-Forwarded-Proto. Name the origin of a different web interface in CORS_ORIGINS.',
  },
  not_found: { status: 404, title: 'Not found', hint: 'All routes are listed in /openapi.json.' },
  training_not_found: { status: 404, title: 'Training not found' },
  picture_not_found: { status: 404, title: 'Picture not found' },
  progress_not_kept: {
    status: 404,
    title: 'Progress no longer kept',
    hint: 'RETENTION_DAYS limits how long the progress of an ended training is kept.',
  },
  batch_not_found: { status: 404, title: 'Auto-train run not found' },
  delivery_not_found: { status: 404, title: 'Delivery not found' },
  subject_not_found: { status: 404, title: 'Actor or style not found' },
  selection_set_not_found: { status: 404, title: 'Selection set not found' },
  image_not_found: { status: 404, title: 'Image not found' },
  caption_not_found: { status: 404, title: 'Caption not found' },
  file_not_found: { status: 404, title: 'Object not found' },
  version_not_found: { status: 404, title: 'Version not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  subject_busy: {
    status: 409,
    title: 'The subject has a live training',
    hint: 'Wait until that training ends, cancel it, or send "force": true.',
  },
  tunnel_not_configured: {
    status: 409,
    title: 'Tunnel not configured',
    hint: 'Set NGROK_AUTHTOKEN to the token of an ngrok account, or GATEWAY_BASE_URL to a public URL of this server.',
  },
  catalogue_entry_unreadable: {
    status: 409,
    title: 'Unreadable entry',
    hint: 'Correct the named field in that document. Every other entry stays usable.',
  },
  subject_ambiguous: {
    status: 409,
    title: 'Ambiguous subject',
    hint: 'Merge its entries or manifests into one. Every other subject stays usable.',
  },
  training_ambiguous: { status: 409, title: 'Short id of several trainings' },
  run_belongs_to_another: { status: 409, title: 'Run belongs to a different attempt' },
  wrong_state: { status: 409, title: 'Not allowed in this state' },
  idempotency_in_flight: {
    status: 409,
    title: 'Request in progress',
    hint: 'Repeat the request. It receives the response of the first one.',
    retryAfter: 1,
  },
  idempotency_interrupted: {
    status: 409,
    title: 'Request interrupted',
    hint: 'Check whether the change was made. If it was not, repeat the request with a new key.',
  },
  inputs_pruned: { status: 409, title: 'Inputs pruned' },
  not_completed: { status: 409, title: 'Version not completed' },
  model_not_verified: {
    status: 409,
    title: 'Model not verified',
    hint: 'Add the place of the models to MODEL_PREFIXES, or check the model yourself.',
  },
  image_exists: {
    status: 409,
    title: 'Image already exists',
    hint: 'Choose a different name, or send "replace": true.',
  },
  caption_changed: {
    status: 409,
    title: 'Caption changed',
    hint: 'Read the caption again and repeat the change.',
  },
  version_name_taken: { status: 409, title: 'Version name already in use' },
  request_timeout: { status: 408, title: 'Request timeout' },
  body_too_large: { status: 413, title: 'Body too large' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    hint: 'Send application/json.',
  },
  dataset_refused: { status: 409, title: 'The dataset has errors' },
  trigger_required: {
    status: 422,
    title: 'Trigger required',
    hint: 'Pass `trigger`, or add the actor to the catalogue.',
  },
  invalid_concurrency_limit: { status: 422, title: 'Invalid concurrency limit' },
  invalid_cursor: {
    status: 422,
    title: 'Invalid cursor',
    hint: 'Pass next_cursor of the previous page unchanged, or start again without a cursor.',
  },
  invalid_request: { status: 422, title: 'Invalid request' },
  budget_exceeded: {
    status: 422,
    title: 'Budget exceeded',
    hint: 'Raise the budget, or send "on_budget": "hold" to keep the training in the queue until the budget is raised.',
  },
  price_unknown: {
    status: 422,
    title: 'Unknown GPU price',
    hint: 'Set GPU_TYPE on the server, or send no budget.',
  },
  idempotency_conflict: {
    status: 422,
    title: 'Idempotency-Key used for a different request',
    hint: 'Use a new key for a new request.',
  },
  picture_unusable: {
    status: 422,
    title: 'Unusable picture',
    hint: 'Replace the file by a PNG, JPEG or WebP picture of at most 25 MiB and 50 megapixels.',
  },
  headers_too_large: { status: 431, title: 'Headers too large' },
  too_many_streams_of_key: {
    status: 429,
    title: 'Too many streams of this API key',
    retryAfter: RETRY_SOON_SECONDS,
  },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error', hint: 'Search the log for the request_id.' },
  training_unreadable: {
    status: 500,
    title: 'Unreadable training',
    hint: 'A different version of Trainyard may have written it. Run that version or a newer one.',
  },
  corrupt_document: { status: 500, title: 'Unreadable document' },
  tunnel_failed: { status: 502, title: 'Tunnel failed to start', retryAfter: RETRY_SOON_SECONDS },
  object_store_unavailable: {
    status: 503,
    title: 'Object store unavailable',
    retryAfter: RETRY_SOON_SECONDS,
  },
  object_store_refused: {
    status: 503,
    title: 'Object store refused the request',
    hint: 'Check its credentials, bucket or folder, and permissions with trainyard doctor.',
  },
  precondition_failed: { status: 503, title: 'Too many concurrent writers', retryAfter: RETRY_SOON_SECONDS },
  recover_required: {
    status: 503,
    title: 'Recovery required',
    hint: 'Redis lost data or was restored from an old backup. Run trainyard recover.',
  },
  storage_full: {
    status: 503,
    title: 'Redis memory almost full',
    hint: 'Raise maxmemory of Redis, or lower RETENTION_DAYS.',
    retryAfter: 60,
  },
  redis_unavailable: { status: 503, title: 'Redis unavailable', retryAfter: RETRY_SOON_SECONDS },
  pictures_busy: {
    status: 503,
    title: 'Too many pictures at once',
    retryAfter: RETRY_SOON_SECONDS,
  },
  too_many_streams: { status: 503, title: 'Too many streams', retryAfter: RETRY_SOON_SECONDS },
  body_budget_exceeded: { status: 503, title: 'Too many webhook bodies', retryAfter: RETRY_SOON_SECONDS },
  response_timeout: { status: 503, title: 'Response timeout', retryAfter: RETRY_SOON_SECONDS },
} as const satisfies Readonly<Record<string, ProblemDefinition>>;

/** Error code of the HTTP API. Codes are stable; programs depend on them. */
export type ProblemCode = keyof typeof PROBLEMS;

/** All error codes of the HTTP API, in the order of their statuses. */
export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** Looks up the HTTP status and the texts of a code. */
export function getProblemDefinition(code: ProblemCode): ProblemDefinition {
  return PROBLEMS[code];
}

/** Checks whether a value is an error code of the HTTP API. */
export function isProblemCode(value: unknown): value is ProblemCode {
  return typeof value === 'string' && Object.hasOwn(PROBLEMS, value);
}
