import { RefusedError } from '@trainyard/client';
import { modelLinkSchema, trainingDetailSchema, versionListSchema } from '@trainyard/contracts';
import type { Subject, SubjectKind } from '@trainyard/domain';
import type { Command } from 'commander';
import { findVersion } from '../../subjects/find-version.ts';
import { resolveSubject } from '../../subjects/subject-names.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/exit.ts';
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
  const { id, file } = await findModel(connection, { text, rest, kind });
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

interface ModelRequest {
  readonly text: string;
  readonly rest: readonly string[];
  readonly kind: SubjectKind | undefined;
}

interface FoundModel {
  readonly id: string;
  readonly file: string | undefined;
}

/** A known subject precedes a training, because an actor id may also be the end of a training id. */
async function findModel(
  connection: ReturnType<Context['server']>,
  { text, rest, kind }: ModelRequest,
): Promise<FoundModel> {
  const [second, third] = rest;
  const subject = await findSubject(connection, text, kind);
  if (!subject) {
    if (third !== undefined)
      throw new UsageError(`${text} is neither an actor nor a style of the catalogue.`);
    return { id: text, file: second };
  }
  if (second === undefined)
    throw new UsageError(
      `Name a version: npx trainyard download ${text} VERSION (npx trainyard versions ${text}).`,
    );
  const { version, training } = await findVersion(connection, subject, second);
  if (training) return { id: training.id, file: third };
  const url = typeof version['loraUrl'] === 'string' ? ` Its model is at ${version['loraUrl']}.` : '';
  throw new UsageError(`${version.name} was not trained here, so that no download exists.${url}`);
}

async function findSubject(
  connection: ReturnType<Context['server']>,
  text: string,
  kind: SubjectKind | undefined,
): Promise<Subject | undefined> {
  const subject = await resolveSubject(connection, text, kind);
  const path = `/api/${subject.kind}s/${encodeURIComponent(subject.id)}/training-versions`;
  try {
    await connection.request(path, versionListSchema);
    return subject;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'subject_not_found') return undefined;
    throw error;
  }
}
