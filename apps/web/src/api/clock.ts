import { useSyncExternalStore } from 'react';

/** The clock of the server: its time at a moment of the browser's monotonic clock, and its factor. */
interface ServerClock {
  readonly now: number;
  readonly readAt: number;
  readonly factor: number;
}

let clock: ServerClock = { now: Date.now(), readAt: performance.now(), factor: 1 };
let tick = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Sets the clock from the time and factor that the server sent. Ages and remaining times do not use the clock of the browser. */
export function setServerClock(now: string, factor: number): void {
  clock = { now: Date.parse(now), readAt: performance.now(), factor };
  notify();
}

/** The time of the server, epoch ms. */
export function getServerNow(): number {
  return clock.now + (performance.now() - clock.readAt) * clock.factor;
}

/** Factor by which the clock of the server is faster than real time; 1 outside of a simulation. */
export function useTimeFactor(): number {
  return useSyncExternalStore(subscribe, () => clock.factor);
}

/** The time of the server, epoch ms; one shared ticker renders its readers once a second. */
export function useServerNow(): number {
  return useSyncExternalStore(subscribe, () => tick);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(notify, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function notify(): void {
  tick = getServerNow();
  for (const listener of listeners) listener();
}
