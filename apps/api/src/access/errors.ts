import type { Scope } from '@trainyard/contracts';

/** Thrown when a request bears no key, or one that nobody gave out. */
export class UnauthorizedError extends Error {
  readonly code = 'unauthorized';
  constructor() {
    super('A valid API key is needed: Authorization: Bearer <key>, or x-api-key');
    this.name = 'UnauthorizedError';
  }
}

/** Thrown when a key does not allow what was asked. */
export class ForbiddenError extends Error {
  readonly code = 'forbidden';
  constructor(wanted: Scope) {
    super(`This needs a key with the scope ${wanted}`);
    this.name = 'ForbiddenError';
  }
}

/** Thrown when, without keys, a request does not call this machine by its own name (DNS rebinding). */
export class ForeignHostError extends Error {
  readonly code = 'foreign_host';
  constructor() {
    super('Without API keys only localhost is answered; set API_KEYS to be reached by another name');
    this.name = 'ForeignHostError';
  }
}

/** Thrown when another site's page tries to change something with the browser's own access. */
export class CrossSiteError extends Error {
  readonly code = 'cross_site';
  constructor() {
    super('Another site may not change anything here');
    this.name = 'CrossSiteError';
  }
}

/** Thrown when a webhook's address was not given out by us. */
export class WebhookTokenError extends Error {
  readonly code = 'invalid_webhook_token';
  constructor() {
    super('This address does not carry a valid token');
    this.name = 'WebhookTokenError';
  }
}
