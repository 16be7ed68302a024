const hooks = new Set<() => void>();
let listening = false;

/** Has something ended with this process at the latest. @returns forgets it again */
export function onExit(hook: () => void): () => void {
  if (!listening) process.once('exit', () => [...hooks].map((each) => each()));
  listening = true;
  hooks.add(hook);
  return () => void hooks.delete(hook);
}
