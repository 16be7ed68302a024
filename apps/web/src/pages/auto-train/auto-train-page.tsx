/** Auto-train. */
export function AutoTrainPage() {
  return <h1>Auto-train</h1>;
}
