/** A step of an import. */
export type ImportStep = 'lists' | 'manifests' | 'styles' | 'images' | 'flags' | 'counts';

/** The state of a step: `done` of `total` items; `total` is 0 for a step that is not counted. */
export interface ImportProgress {
  readonly step: ImportStep;
  readonly done: number;
  readonly total: number;
}

/** Receives the progress of an import. */
export type OnImportProgress = (progress: ImportProgress) => void;

/** Runs `work` for each item in order and reports the progress of the step. */
export async function forEachWithProgress<T>(
  items: readonly T[],
  step: ImportStep,
  {
    onProgress,
    work,
  }: { readonly onProgress: OnImportProgress; readonly work: (item: T) => Promise<unknown> },
): Promise<void> {
  onProgress({ step, done: 0, total: items.length });
  for (const [index, item] of items.entries()) {
    await work(item);
    onProgress({ step, done: index + 1, total: items.length });
  }
}
