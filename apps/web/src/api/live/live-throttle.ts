/** Collects values and hands them over at most once per interval, the first at once. */
export interface Throttle<Value> {
  add(value: Value): void;
  /** Hands over what was collected now. */
  flush(): void;
}

/**
 * Creates a throttle: a value is handed over at once when the last handover is at least `intervalMs` ago, otherwise with all
 * values that follow it when the interval ends. No value is lost, and the order stays.
 */
export function createThrottle<Value>(
  intervalMs: number,
  handOver: (values: readonly Value[]) => void,
): Throttle<Value> {
  let values: Value[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (values.length === 0) return;
    const collected = values;
    values = [];
    timer = setTimeout(flush, intervalMs);
    handOver(collected);
  };
  return {
    add: (value) => {
      values.push(value);
      if (timer === undefined) flush();
    },
    flush,
  };
}

/** Creates a throttle for each key, for example each run. */
export function createKeyedThrottle<Value>(
  intervalMs: number,
  handOver: (key: string, values: readonly Value[]) => void,
): { add(key: string, value: Value): void } {
  const throttles = new Map<string, Throttle<Value>>();
  return {
    add: (key, value) => {
      const throttle = throttles.get(key) ?? createThrottle(intervalMs, (values) => handOver(key, values));
      throttles.set(key, throttle);
      throttle.add(value);
    },
  };
}
