import {
  type ImportReport,
  type ImportSource,
  importFolder,
  type RefreshedActor,
  refreshTrainingData,
} from '@trainyard/application';
import type { OpenDocuments } from '@trainyard/runtime';
import type { Command } from 'commander';
import { withDocuments } from '../../embedded/local-deps.ts';
import { createImportProgress } from '../../report/import-progress.ts';
import { importLines, toImportView } from '../../report/import-report.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { EXIT, type ExitCode, UsageError } from '../../terminal/exit.ts';
import { openFolder } from '../../terminal/folder.ts';
import { parseChoice } from '../../terminal/options.ts';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly refresh?: boolean;
  readonly images: boolean;
  readonly take?: 'flags';
  readonly data: string;
}

/** Adds `trainyard import`. */
export function addImport(program: Command, run: CommandRunner): void {
  program
    .command('import [folder]')
    .description('import actors, styles, manifests, sets and images of other tools; never overwrites')
    .option('--dry-run', 'report without any write')
    .option('--no-images', 'do not import local images and captions')
    .option('--take <what>', '`flags`: take the good flags of the folder that differ', parseChoice('flags'))
    .option('--refresh', 'update only image counts and sync states from the object store')
    .option('--data <dir>', 'data folder of `trainyard up`', '.trainyard')
    .action(async (path: string | undefined, options: ImportOptions, command: Command) =>
      run(command, (context) => runImport(context, path, options)),
    );
}

async function runImport(
  context: Context,
  path: string | undefined,
  options: ImportOptions,
): Promise<ExitCode> {
  const { dryRun = false, refresh = false, data } = options;
  if (path === undefined && !refresh) throw new UsageError('Pass a folder or --refresh.');
  const source = path === undefined ? undefined : await openFolder(path);
  const access = dryRun ? 'dry_run' : 'write';
  return withDocuments(context, { data, access }, async (documents) => {
    const { address } = documents;
    for (const line of source
      ? [`Importing ${source.address}`, `into ${address}`]
      : [`Updating image counts in ${address}`])
      context.output.writeLine(line);
    if (dryRun) context.output.writeLine('Dry run: nothing is written.');
    const report = await withInterruptNote(context, () =>
      importInto(context, documents, { source, options }),
    );
    const view = { address, dryRun };
    context.output.writeResult(
      toImportView(report, view),
      importLines(report, { ...view, width: context.output.width }),
    );
    const isComplete =
      report.otherBuckets.length === 0 && !report.results.some(({ outcome }) => outcome === 'refused');
    return isComplete ? EXIT.ok : EXIT.unsuccessful;
  });
}

async function importInto(
  { output }: Context,
  documents: OpenDocuments,
  { source, options }: { readonly source: ImportSource | undefined; readonly options: ImportOptions },
): Promise<ImportReport> {
  const progress = createImportProgress(output);
  try {
    if (!source) return toRefreshReport(await refreshTrainingData(documents, progress.report));
    const { images, take } = options;
    return await importFolder(documents, source, {
      images,
      takeFlags: take === 'flags',
      onProgress: progress.report,
    });
  } finally {
    progress.end();
  }
}

function toRefreshReport(refreshed: readonly RefreshedActor[]): ImportReport {
  return { results: [], refreshed, hiddenFiles: 0, otherBuckets: [] };
}

/** Exit code of a process that SIGINT ended, as shells count it. */
const INTERRUPTED = 130;

/** Ends the process on Ctrl-C with a note: every object that was written is complete. */
async function withInterruptNote<T>({ output }: Context, action: () => Promise<T>): Promise<T> {
  const onInterrupt = (): void => {
    output.writeError('Interrupted. What was imported stays; the same command imports the rest.');
    process.exit(INTERRUPTED);
  };
  process.once('SIGINT', onInterrupt);
  try {
    return await action();
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
