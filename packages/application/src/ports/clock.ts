/**
 * The time of the system. A common factor may scale all durations (docs/concepts/time.md): `now` then runs faster than real
 * time by this factor, and a real wait is shorter by it, so that all proportions hold.
 */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** A monotonic clock in ms that cannot be set and continues while the machine sleeps; only differences are meaningful. */
  monotonic(): number;
  /** Converts a duration of the system into real time. @returns ms */
  realMs(durationMs: number): number;
  /** Converts a real timestamp, such as that of an object, into the time of the system. @returns epoch ms */
  fromReal(epochMs: number): number;
}

/** Generates unique ids. */
export interface Ids {
  /** An id of a training; ids sort by creation time. */
  training(): string;
  /** An id of a batch; ids sort by creation time. */
  batch(): string;
  /** An id of a write or of a lock. */
  nonce(): string;
}

/** The log. An entry is an event name with ids and values, without prose and without secrets. */
export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
