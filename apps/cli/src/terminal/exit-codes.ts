/** What the number that `trainyard` ends with means. */
export const EXIT = {
  ok: 0,
  /** Something broke here. */
  failure: 1,
  /** The command or the settings cannot be used as they are. */
  usage: 2,
  /** No server answers at TRAINYARD_URL. */
  unreachable: 3,
  /** The server said no: not found, not allowed, in conflict or with faults. */
  refused: 4,
  /** A training that was followed did not end as completed, or a check failed. */
  unsuccessful: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For `--help`. */
export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  something broke here
  2  the command or the settings cannot be used as they are
  3  no server answers at TRAINYARD_URL
  4  the server refused: not found, not allowed, in conflict or with faults
  5  a training that was followed did not complete, or a check failed`;
