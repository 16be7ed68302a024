/**
 * Time as the product knows it. One factor may scale every duration of the system (DESIGN §8): `now` then runs that
 * much faster than the wall, and a real wait is that much shorter, so that all proportions hold.
 */
export interface Clock {
  /** Epoch ms. */
  now(): number;
  /** A clock that no one can set and that goes on while the machine sleeps, in ms; only differences mean anything. */
  monotonic(): number;
  /** How long to wait really for this duration. @returns ms */
  realMs(durationMs: number): number;
  /** This clock's reading of a moment that another machine stamped with real time. @returns epoch ms */
  fromReal(epochMs: number): number;
}

/** Identities that nobody else gives out. */
export interface Ids {
  /** A training's id; ids sort by the time they were given. */
  training(): string;
  /** A batch's id, likewise. */
  batch(): string;
  /** Identity of one write or one lock. */
  nonce(): string;
}

/** Where events go that an operator reads: a word, and ids. Never prose, never secrets (STYLE 8). */
export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
