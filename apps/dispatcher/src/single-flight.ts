/** A task that runs once at a time. */
export interface SingleFlight {
  /** Runs it; while it runs, any number of wishes to run it again become one. */
  run(): Promise<void>;
  /** Resolves when it does not run. */
  idle(): Promise<void>;
}

/** Makes one of a task that may be wished for at any moment. */
export function singleFlight(task: () => Promise<void>, onError: (error: unknown) => void): SingleFlight {
  let running: Promise<void> | undefined;
  let again = false;
  const run = (): Promise<void> => {
    again = running !== undefined;
    running ??= task()
      .catch(onError)
      .finally(() => {
        running = undefined;
        if (again) void run();
      });
    return running;
  };
  return { run, idle: async () => running };
}
