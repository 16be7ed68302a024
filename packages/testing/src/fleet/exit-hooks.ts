const hooks = new Set<() => void>();
let listening = false;

/** Calls the hook when this process exits. Returns a function that removes the hook. */
export function onExit(hook: () => void): () => void {
  if (!listening) process.once('exit', () => [...hooks].map((each) => each()));
  listening = true;
  hooks.add(hook);
  return () => void hooks.delete(hook);
}
