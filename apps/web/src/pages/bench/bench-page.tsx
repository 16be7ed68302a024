/** Actor. */
export function BenchPage() {
  return <h1>Actor</h1>;
}
