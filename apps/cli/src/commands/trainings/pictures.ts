import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Connection } from '@trainyard/client';
import { type TrainingPictures, trainingDetailSchema, trainingPicturesSchema } from '@trainyard/contracts';
import type { SubjectKind } from '@trainyard/domain';
import type { Command } from 'commander';
import { findTraining } from '../../subjects/find-model-training.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/exit.ts';
import { formatBytes, toShortId } from '../../terminal/format.ts';
import { parseChoice } from '../../terminal/options.ts';
import { formatTable } from '../../terminal/table.ts';
import { downloadFile, planTarget } from './download-file.ts';

interface PicturesOptions {
  readonly force?: boolean;
  readonly kind?: SubjectKind;
}

type Picture = TrainingPictures[number];

/** Adds `trainyard pictures`. */
export function addPictures(program: Command, run: CommandRunner): void {
  program
    .command('pictures')
    .argument('<training>', 'a training, or a subject followed by its version')
    .argument('[version]', 'version of the subject')
    .argument('[folder]', 'folder to save the pictures in; without it they are listed')
    .description('list the sample pictures and the loss plot of a training, or save them in a folder')
    .usage('[options] <training> [folder] | <subject> <version> [folder]')
    .option('--force', 'replace existing files')
    .option(
      '--kind <kind>',
      'actor or style (default: the kind of the subject)',
      parseChoice('actor', 'style'),
    )
    .action((...all: readonly unknown[]) => {
      const command = all.at(-1) as Command;
      const [first = '', ...rest] = command.args;
      return run(command, (context) =>
        runPictures(context, [first, ...rest], command.opts<PicturesOptions>()),
      );
    });
}

async function runPictures(
  context: Context,
  [text, ...rest]: readonly [string, ...string[]],
  { force = false, kind }: PicturesOptions,
): Promise<undefined> {
  const connection = context.server();
  const found = await findTraining(connection, { text, rest, kind, command: 'pictures' });
  const { id } = await connection.request(
    `/api/trainings/${encodeURIComponent(found.id)}`,
    trainingDetailSchema,
  );
  const pictures = await connection.request(`/api/trainings/${id}/pictures`, trainingPicturesSchema);
  const files =
    found.file === undefined
      ? []
      : await savePictures(context, connection, { id, pictures, folder: found.file, force });
  context.output.writeResult({ training_id: id, pictures, files }, [
    ...pictureLines(pictures, context.output.width),
    ...(files.length > 0 ? [`Saved ${toCount(files.length)} in ${resolve(found.file ?? '.')}.`] : []),
    ...(files.length === 0 && pictures.length > 0
      ? [`Save them: npx trainyard pictures ${toShortId(id)} FOLDER`]
      : []),
  ]);
}

function toCount(count: number): string {
  return `${count} picture${count === 1 ? '' : 's'}`;
}

function pictureLines(pictures: readonly Picture[], width: number | undefined): readonly string[] {
  if (pictures.length === 0) return ['No pictures are recorded with this training.'];
  return formatTable<Picture>(
    [
      { title: 'PICTURE', cell: ({ name }) => name, min: 16 },
      { title: 'KIND', cell: ({ kind }) => kind },
      { title: 'SIZE', cell: ({ size_bytes: size }) => formatBytes(size), align: 'right' },
      { title: 'PROMPT', cell: ({ prompt }) => prompt ?? '', min: 16 },
    ],
    pictures,
    { width },
  );
}

interface Saving {
  readonly id: string;
  readonly pictures: readonly Picture[];
  readonly folder: string;
  readonly force: boolean;
}

/** Saves the pictures one after the other. Throws UsageError before the first one when any of the files exists. */
async function savePictures(
  context: Context,
  connection: Connection,
  { id, pictures, folder, force }: Saving,
): Promise<readonly string[]> {
  if ((await stat(folder).catch(() => undefined))?.isFile())
    throw new UsageError(`${resolve(folder)} is a file, not a folder.`);
  const key = context.source['TRAINYARD_API_KEY']?.trim();
  const targets: string[] = [];
  for (const { name } of pictures) targets.push(await planTarget(join(folder, '/'), name, force));
  await context.interruptible(async (signal) => {
    for (const [at, { name, size_bytes: sizeBytes }] of pictures.entries())
      await downloadFile(
        {
          url: `${connection.url}/api/trainings/${id}/pictures/${encodeURIComponent(name)}`,
          target: targets[at] ?? '',
          force,
          sizeBytes,
          sha256: null,
          signal,
          ...(key && { headers: { authorization: `Bearer ${key}` } }),
        },
        context,
      );
  });
  return targets;
}
