/** Decides which of the repeated failures are logged. */
export interface RepeatLimit {
  /**
   * Returns how many equal events were suppressed since the last logged one; undefined when this event is to be suppressed
   * itself.
   */
  admit(event: string, fields: Readonly<Record<string, unknown>>): number | undefined;
}

const LOG_EVERY_MS = 60_000;
/** Above this number, the events that were logged longest ago are forgotten. */
const MAX_EVENTS = 1_000;
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/**
 * Admits an event with an `error` or a `reason` once a minute, with the number of its suppressed repetitions. Events are
 * equal when all fields are; ids inside the texts of `error` and `reason` are ignored. Other events always pass.
 * @param now monotonic ms
 */
export function createRepeatLimit(now: () => number = () => performance.now()): RepeatLimit {
  const logged = new Map<string, { readonly at: number; suppressed: number }>();
  return {
    admit: (event, fields) => {
      const { error, reason, ...others } = fields;
      if (error === undefined && reason === undefined) return 0;
      const cause = JSON.stringify([error, reason]).replace(UUID, '');
      const key = `${event} ${cause} ${JSON.stringify(others)}`;
      const last = logged.get(key);
      if (last && now() - last.at < LOG_EVERY_MS) {
        last.suppressed += 1;
        return undefined;
      }
      logged.delete(key);
      logged.set(key, { at: now(), suppressed: 0 });
      const [oldest] = logged.keys();
      if (logged.size > MAX_EVENTS && oldest !== undefined) logged.delete(oldest);
      return last?.suppressed ?? 0;
    },
  };
}
