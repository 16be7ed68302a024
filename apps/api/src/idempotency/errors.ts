/** Thrown when a call with this key is still under way. */
export class IdempotencyInFlightError extends Error {
  readonly code = 'idempotency_in_flight';
  constructor() {
    super('The first request with this Idempotency-Key is still being answered');
    this.name = 'IdempotencyInFlightError';
  }
}

/** Thrown when the first call with this key ended without an answer and may have done its work. */
export class IdempotencyInterruptedError extends Error {
  readonly code = 'idempotency_interrupted';
  constructor() {
    super('The first request with this Idempotency-Key ended without an answer, and may have done its work');
    this.name = 'IdempotencyInterruptedError';
  }
}
