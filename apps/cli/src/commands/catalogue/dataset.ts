import { type DatasetRequestBody, type DatasetResponse, datasetResponseSchema } from '@trainyard/contracts';
import { omitUndefined, type Subject } from '@trainyard/domain';
import type { Command } from 'commander';
import { findingLine } from '../../report/preview-lines.ts';
import { resolveSubject } from '../../subjects/subject-names.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { EXIT, UsageError } from '../../terminal/exit.ts';
import { collectValues, parseChoice, parseWholeNumber } from '../../terminal/options.ts';
import { readImages } from '../trainings/request-body.ts';

interface DatasetOptions {
  readonly kind?: 'actor' | 'style';
  readonly image?: readonly string[];
  readonly imagesFrom?: string;
  readonly selectionSet?: number;
  readonly trigger?: string;
}

/** Adds `trainyard dataset`. */
export function addDataset(program: Command, run: CommandRunner): void {
  program
    .command('dataset [subject]')
    .description('check images and captions; exit code 5 if a training would be refused')
    .option(
      '--kind <kind>',
      'actor or style (default: the kind of the subject)',
      parseChoice('actor', 'style'),
    )
    .option('--image <url>', 's3:// or https address of an image; repeatable', collectValues)
    .option('--images-from <file>', 'file with an address per line')
    .option('--selection-set <id>', 'selection set of a style', parseWholeNumber)
    .option('--trigger <text>', 'trigger, instead of the trigger of the subject')
    .action(async (text: string | undefined, options: DatasetOptions, command: Command) =>
      run(command, async ({ server, output }) => {
        const images = await readImages(options);
        if (text === undefined && images === undefined) throw new UsageError('Pass a subject or --image.');
        const connection = server();
        const subject = text === undefined ? undefined : await resolveSubject(connection, text, options.kind);
        const report = await connection.request('/api/datasets/report', datasetResponseSchema, {
          method: 'POST',
          body: toRequestBody(subject, images, options),
        });
        output.writeResult(report, reportLines(report));
        return report.trainable ? EXIT.ok : EXIT.unsuccessful;
      }),
    );
}

function toRequestBody(
  subject: Subject | undefined,
  images: readonly string[] | undefined,
  { kind, selectionSet, trigger }: DatasetOptions,
): DatasetRequestBody {
  const fields = { images: images && [...images], selection_set_id: selectionSet, trigger };
  return { kind: subject?.kind ?? kind ?? 'actor', ...omitUndefined({ subject_id: subject?.id, ...fields }) };
}

function reportLines(report: DatasetResponse): readonly string[] {
  return [
    `${report.image_count} images, ${report.caption_count} with a caption; trigger: ${report.trigger || 'none'}`,
    ...report.findings.map(findingLine),
    report.trainable ? 'The dataset can be trained.' : 'A training with this dataset would be refused.',
  ];
}
