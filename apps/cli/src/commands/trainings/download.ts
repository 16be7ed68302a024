import { modelLinkSchema, trainingDetailSchema } from '@trainyard/contracts';
import type { SubjectKind } from '@trainyard/domain';
import type { Command } from 'commander';
import { findTraining } from '../../subjects/find-model-training.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { formatBytes } from '../../terminal/format.ts';
import { parseChoice } from '../../terminal/options.ts';
import { downloadFile, planTarget } from './download-file.ts';

interface DownloadOptions {
  readonly force?: boolean;
  readonly kind?: SubjectKind;
}

/** Adds `trainyard download`. */
export function addDownload(program: Command, run: CommandRunner): void {
  program
    .command('download')
    .argument('<training>', 'a training, or a subject followed by its version')
    .argument('[version]', 'version of the subject')
    .argument('[file]', 'file or folder to write to (default: the name of the model in this folder)')
    .description('save the model of a training or version, and check its size and checksum')
    .usage('[options] <training> [file] | <subject> <version> [file]')
    .option('--force', 'replace an existing file')
    .option(
      '--kind <kind>',
      'actor or style (default: the kind of the subject)',
      parseChoice('actor', 'style'),
    )
    .action((...all: readonly unknown[]) => {
      const command = all.at(-1) as Command;
      const [first = '', ...rest] = command.args;
      return run(command, (context) => download(context, [first, ...rest], command.opts<DownloadOptions>()));
    });
}

async function download(
  context: Context,
  [text, ...rest]: readonly [string, ...string[]],
  { force = false, kind }: DownloadOptions,
): Promise<undefined> {
  const { server, output } = context;
  const connection = server();
  const { id, file } = await findTraining(connection, { text, rest, kind, command: 'download' });
  const path = `/api/trainings/${encodeURIComponent(id)}`;
  const training = await connection.request(path, trainingDetailSchema);
  const link = await connection.request(`${path}/model`, modelLinkSchema, { query: { link: true } });
  const target = await planTarget(file, link.file_name, force);
  const url = new URL(link.url, `${connection.url}/`).href;
  const saved = await context.interruptible((signal) =>
    downloadFile(
      { url, target, force, sizeBytes: link.size_bytes, sha256: training.model?.sha256 ?? null, signal },
      context,
    ),
  );
  output.writeResult({ training_id: training.id, file: target, ...saved }, [
    `Saved ${target} (${formatBytes(saved.size_bytes)}${saved.checked === 'sha256' ? ', checksum verified' : ''}).`,
  ]);
}
