const hooks = new Set<() => void>();
let listening = false;

/** Has something ended with this process at the latest. @returns forgets it again */
export const onExit = (end: () => void): (() => void) => {
  if (!listening) process.once('exit', () => [...hooks].map((each) => each()));
  listening = true;
  hooks.add(end);
  return () => void hooks.delete(end);
};
