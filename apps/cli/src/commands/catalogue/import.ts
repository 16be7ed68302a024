import { stat } from 'node:fs/promises';
import {
  type ImportReport,
  type ImportResult,
  importFolder,
  type RefreshedActor,
  refreshTrainingData,
} from '@trainyard/application';
import { openImportFolder } from '@trainyard/storage';
import type { Command } from 'commander';
import { withLocalDeps } from '../../embedded/local-deps.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { EXIT, type ExitCode, UsageError } from '../../terminal/exit.ts';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly refresh?: boolean;
  readonly images: boolean;
  readonly data: string;
}

const LABELS: { readonly [W in ImportResult['outcome']]: string } = {
  added: 'new',
  filled: 'filled',
  kept: 'kept',
  refused: 'refused',
};

/** Adds `trainyard import`. */
export function addImport(program: Command, run: CommandRunner): void {
  program
    .command('import [folder]')
    .description('import actors, styles, manifests, sets and images of other tools; never overwrites')
    .option('--dry-run', 'report without changes')
    .option('--no-images', 'do not import local images and captions')
    .option('--refresh', 'update only image counts and sync states from the object store')
    .option('--data <dir>', 'data folder of `trainyard up`', '.trainyard')
    .action(async (path: string | undefined, options: ImportOptions, command: Command) =>
      run(command, (context) => runImport(context, path, options)),
    );
}

function noteLine({ outcome, item, source, detail }: ImportResult): string {
  return `${LABELS[outcome].padEnd(8)}${item}${detail === undefined ? '' : `: ${detail}`} (${source})`;
}

function formatState({ count, synced }: RefreshedActor['from']): string {
  return `${count} images, ${synced ? 'synced' : 'not synced'}`;
}

function refreshLine({ actorId, from, to, missing }: RefreshedActor): string {
  return `actor ${actorId}: ${formatState(from)} → ${formatState(to)}${missing.length === 0 ? '' : `; missing: ${missing.join(', ')}`}`;
}

function importLines({ notes, refreshed }: ImportReport, dryRun: boolean): readonly string[] {
  const counts = (Object.keys(LABELS) as ImportResult['outcome'][])
    .map((what) => `${notes.filter((note) => note.outcome === what).length} ${LABELS[what]}`)
    .join(', ');
  return [
    ...notes.filter(({ outcome }) => outcome !== 'kept').map(noteLine),
    ...refreshed.map(refreshLine),
    `${counts}; image counts of ${refreshed.length} actors updated.`,
    ...(dryRun ? ['Dry run: no changes. Images of new actors are not counted.'] : []),
  ];
}

function toImportView({ notes, refreshed }: ImportReport, dryRun: boolean) {
  return {
    dry_run: dryRun,
    notes: notes.map(({ outcome, item, source, detail }) => ({
      what: outcome,
      of: item,
      source,
      detail: detail ?? null,
    })),
    refreshed: refreshed.map(({ actorId, ...rest }) => ({ actor_id: actorId, ...rest })),
  };
}

/** Opens a folder of the existing tools. Throws UsageError. */
async function openFolder(path: string) {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw new UsageError(`${path} is not a folder`);
  return openImportFolder(path);
}

async function runImport(
  context: Context,
  path: string | undefined,
  { dryRun = false, refresh = false, images, data }: ImportOptions,
): Promise<ExitCode> {
  if (path === undefined && !refresh) throw new UsageError('Pass a folder or --refresh.');
  const source = path === undefined ? undefined : await openFolder(path);
  const imported = await withLocalDeps(context, data, async (deps) =>
    source
      ? importFolder(deps, source, { dryRun, images })
      : { notes: [], refreshed: await refreshTrainingData(deps, { dryRun }) },
  );
  context.output.writeResult(toImportView(imported, dryRun), importLines(imported, dryRun));
  return imported.notes.some(({ outcome }) => outcome === 'refused') ? EXIT.unsuccessful : EXIT.ok;
}
