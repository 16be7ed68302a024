import { type ExportedFile, exportCatalogue } from '@trainyard/application';
import { openExportFolder } from '@trainyard/storage';
import type { Command } from 'commander';
import { withDocuments } from '../../embedded/local-deps.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { EXIT, type ExitCode, toErrorMessage, UsageError } from '../../terminal/exit.ts';

interface ExportOptions {
  readonly overwrite?: boolean;
  readonly data: string;
}

/** Adds `trainyard export`. */
export function addExport(program: Command, run: CommandRunner): void {
  program
    .command('export <folder>')
    .description(
      'write catalogue, manifests, sets and versions to a folder in the layout of the existing tools',
    )
    .option('--overwrite', 'write into a folder that is not empty; other files in it stay')
    .option('--data <dir>', 'data folder of `trainyard up`', '.trainyard')
    .action(async (path: string, options: ExportOptions, command: Command) =>
      run(command, (context) => runExport(context, path, options)),
    );
}

async function runExport(
  context: Context,
  path: string,
  { overwrite = false, data }: ExportOptions,
): Promise<ExitCode> {
  const { output } = context;
  const target = openExportFolder(path);
  const isEmpty = await target.isEmpty().catch((error: unknown) => {
    throw new UsageError(`${path} cannot be used as a folder (${toErrorMessage(error)})`);
  });
  if (!isEmpty && !overwrite)
    throw new UsageError(`${path} is not empty; name a new folder, or add --overwrite`);
  return withDocuments(context, { data, access: 'read' }, async (documents) => {
    output.writeLine(`Exporting ${documents.address} to ${target.address}`);
    const files = await exportCatalogue(documents, target);
    const view = { store: documents.address, folder: target.address, files };
    output.writeResult(view, exportLines(files));
    return files.some(({ outcome }) => outcome === 'refused') ? EXIT.unsuccessful : EXIT.ok;
  });
}

function exportLines(files: readonly ExportedFile[]): readonly string[] {
  const counts = (['unchanged', 'changed', 'new', 'refused'] as const).map(
    (outcome) => `${files.filter((file) => file.outcome === outcome).length} ${outcome}`,
  );
  return [
    ...files
      .filter(({ outcome }) => outcome !== 'unchanged')
      .map(
        ({ path, outcome, detail }) =>
          `${outcome.padEnd(9)} ${path}${detail === undefined ? '' : `: ${detail}`}`,
      ),
    `${counts.join(', ')}. Images stay in the object store.`,
  ];
}
