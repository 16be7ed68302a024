import type { Scope } from '@trainyard/contracts';
import { TrainyardError } from '@trainyard/domain';
import type { z } from 'zod';

/** Thrown when a part of a request does not match its schema. Fastify sets the part: body, querystring, params or headers. */
export class RequestValidationError extends TrainyardError {
  readonly code = 'invalid_request';
  validationContext?: string;
  readonly found: readonly z.core.$ZodIssue[];
  constructor(found: readonly z.core.$ZodIssue[]) {
    super('The request does not match its schema');
    this.found = found;
  }
}

/** Thrown when a request carries no API key or session, or an unknown one. */
export class UnauthorizedError extends TrainyardError {
  readonly code = 'unauthorized';
  constructor() {
    super('A valid API key is required: Authorization: Bearer <key>, or x-api-key');
  }
}

/** Thrown when a caller exceeds a rate limit. The message names the limit. */
export class RateLimitError extends TrainyardError {
  readonly code = 'rate_limited';
  override readonly retryable = true;
  constructor(exceeded: string, retrySeconds: number) {
    super(`Rate limit exceeded: ${exceeded}. Retry in ${retrySeconds} s.`);
  }
}

/** Thrown when the webhook bodies that are being received have used up their budget. */
export class BodyBudgetError extends TrainyardError {
  readonly code = 'body_budget_exceeded';
  override readonly retryable = true;
  constructor(maxBytes: number) {
    super(`The webhook bodies that are being received already have ${maxBytes} bytes together`);
  }
}

/** Thrown when the scope of a key does not include the required scope. */
export class ForbiddenError extends TrainyardError {
  readonly code = 'forbidden';
  constructor(required: Scope, subject = 'This request') {
    super(`${subject} requires a key with the scope ${required}`);
  }
}

/** Thrown when no API keys are configured and the Host header is not a loopback name (protection against DNS rebinding). */
export class ForeignHostError extends TrainyardError {
  readonly code = 'foreign_host';
  constructor() {
    super('Without API keys only localhost is served. Set API_KEYS to serve other host names.');
  }
}

/** Thrown when a page of a different origin sends a mutating request. */
export class CrossSiteError extends TrainyardError {
  readonly code = 'cross_site';
  constructor() {
    super('Cross-site request rejected');
  }
}

/** Thrown when a webhook URL carries no valid token. */
export class WebhookTokenError extends TrainyardError {
  readonly code = 'invalid_webhook_token';
  constructor() {
    super('The webhook URL does not carry a valid token');
  }
}

/** Thrown when the first request with the same Idempotency-Key is still running. */
export class IdempotencyInFlightError extends TrainyardError {
  readonly code = 'idempotency_in_flight';
  override readonly retryable = true;
  constructor() {
    super('The first request with this Idempotency-Key is still running');
  }
}

/** Thrown when the first request with the same Idempotency-Key ended without a response and may have had its effect. */
export class IdempotencyInterruptedError extends TrainyardError {
  readonly code = 'idempotency_interrupted';
  constructor() {
    super('The first request with this Idempotency-Key ended without a response and may have taken effect');
  }
}

/** Thrown when a request to Bull Board is neither GET nor HEAD. */
export class ReadOnlyBoardError extends TrainyardError {
  readonly code = 'method_not_allowed';
  constructor() {
    super('Bull Board is read-only. Use /api/trainings and /api/dispatch to control trainings.');
  }
}

/** Thrown when a process already serves the maximum number of streams. */
export class TooManyStreamsError extends TrainyardError {
  readonly code = 'too_many_streams';
  override readonly retryable = true;
  constructor(limit: number) {
    super(`This process already serves ${limit} streams`);
  }
}

/** Thrown when an API key already has the maximum number of streams in this process. */
export class TooManyStreamsOfKeyError extends TrainyardError {
  readonly code = 'too_many_streams_of_key';
  override readonly retryable = true;
  constructor(limit: number) {
    super(`This API key already has ${limit} open streams in this process. Close one of them first.`);
  }
}

/** Thrown when a signed link is forged, expired, or was issued for a different operation. */
export class InvalidLinkError extends TrainyardError {
  readonly code = 'invalid_link';
  constructor() {
    super('The link is invalid or has expired');
  }
}

/** Thrown when the object of a link does not exist in the object store. */
export class FileNotFoundError extends TrainyardError {
  readonly code = 'file_not_found';
  constructor() {
    super('The object does not exist in the object store');
  }
}

/** Thrown when an object of the same name was stored after the upload link was issued. */
export class UploadConflictError extends TrainyardError {
  readonly code = 'image_exists';
  constructor() {
    super('An image of this name was stored after the upload link was issued');
  }
}

/** Thrown when a route serves no picture of this name, or its file is deleted; the message states the reason. */
export class PictureNotFoundError extends TrainyardError {
  readonly code = 'picture_not_found';
  constructor(name: string, reason: string) {
    super(`Picture ${name} not found: ${reason}`);
  }
}

/** Thrown when a file is no picture that is served, or exceeds the bounds. */
export class UnusablePictureError extends TrainyardError {
  readonly code = 'picture_unusable';
  constructor(name: string, fault: string, options?: ErrorOptions) {
    super(`Picture ${name} is not served: ${fault}`, options);
  }
}

/** Thrown when a picture waited too long for its decoding. */
export class PicturesBusyError extends TrainyardError {
  readonly code = 'pictures_busy';
  override readonly retryable = true;
  constructor(waitMs: number) {
    super(`No picture decoder was free within ${waitMs / 1_000} s`);
  }
}
