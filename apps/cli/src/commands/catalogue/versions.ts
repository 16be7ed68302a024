import type { SubjectKind } from '@trainyard/domain';
import type { Command } from 'commander';
import { compareLines, toComparison } from '../../subjects/comparison.ts';
import { findVersion, loadVersions } from '../../subjects/find-version.ts';
import { loadSubjectNames, resolveSubject } from '../../subjects/subject-names.ts';
import { versionLines } from '../../subjects/version-lines.ts';
import type { CommandRunner, Context } from '../../terminal/context.ts';
import { parseChoice } from '../../terminal/options.ts';

interface KindOption {
  readonly kind?: SubjectKind;
}

/** Adds `trainyard versions`. */
export function addVersions(program: Command, run: CommandRunner): void {
  program
    .command('versions <subject>')
    .description('list the versions of an actor or style with verdict, loss, time, cost and pictures')
    .option(
      '--kind <kind>',
      'actor or style (default: the kind of the subject)',
      parseChoice('actor', 'style'),
    )
    .action((text: string, { kind }: KindOption, command: Command) =>
      run(command, (context) => listVersions(context, text, kind)),
    );
}

async function listVersions(
  { server, output }: Context,
  text: string,
  kind?: SubjectKind,
): Promise<undefined> {
  const connection = server();
  const subject = await resolveSubject(connection, text, kind);
  const { versions } = await loadVersions(connection, subject);
  const names = await loadSubjectNames(connection);
  const name = names.format({ kind: subject.kind, subject_id: subject.id });
  output.writeResult({ kind: subject.kind, subject_id: subject.id, versions }, [
    `${name}: ${versions.length} version${versions.length === 1 ? '' : 's'}`,
    ...versionLines(versions, output.width),
  ]);
}

/** Adds `trainyard compare`. */
export function addCompare(program: Command, run: CommandRunner): void {
  program
    .command('compare <subject> <version> <other>')
    .description('show the parameters and images that differ between two versions, with loss, time and cost')
    .option(
      '--kind <kind>',
      'actor or style (default: the kind of the subject)',
      parseChoice('actor', 'style'),
    )
    .action((text: string, version: string, other: string, { kind }: KindOption, command: Command) =>
      run(command, async ({ server, output }) => {
        const connection = server();
        const subject = await resolveSubject(connection, text, kind);
        const [before, after] = await Promise.all([
          findVersion(connection, subject, version),
          findVersion(connection, subject, other),
        ]);
        const comparison = toComparison(before, after);
        output.writeResult(comparison, compareLines(comparison, output.width));
        return undefined;
      }),
    );
}
