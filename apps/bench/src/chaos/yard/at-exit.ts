const ends = new Set<() => void>();
let listening = false;

/** Has something ended with this process at the latest. @returns forgets it again */
export const atExit = (end: () => void): (() => void) => {
  if (!listening) process.once('exit', () => [...ends].map((each) => each()));
  listening = true;
  ends.add(end);
  return () => void ends.delete(end);
};
