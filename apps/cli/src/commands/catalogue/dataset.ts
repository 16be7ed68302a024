import { type DatasetAnswer, type DatasetRequestBody, datasetAnswerSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import type { Run } from '../../program/context.ts';
import { EXIT } from '../../program/exit-codes.ts';
import { UsageError } from '../../program/faults.ts';
import { defined, oneOf, several, wholeNumber } from '../../program/values.ts';
import { findingLine } from '../../report/preview-lines.ts';
import { imagesOf } from '../trainings/request.ts';

interface DatasetOptions {
  readonly kind: 'actor' | 'style';
  readonly image?: readonly string[];
  readonly imagesFrom?: string;
  readonly selectionSet?: number;
  readonly trigger?: string;
}

const bodyOf = async (id: string | undefined, options: DatasetOptions): Promise<DatasetRequestBody> => {
  const images = await imagesOf(options);
  if (id === undefined && images === undefined) throw new UsageError('Name a subject, or give --image.');
  const { kind, selectionSet, trigger } = options;
  const wish = { subject_id: id, images: images && [...images], selection_set_id: selectionSet, trigger };
  return { kind, ...defined(wish) };
};

const linesOf = (report: DatasetAnswer): readonly string[] => [
  `${report.image_count} images, ${report.caption_count} with a caption; trigger: ${report.trigger || 'none'}`,
  ...report.findings.map(findingLine),
  report.trainable
    ? 'Nothing keeps these data from being trained.'
    : 'A training of these data would be refused.',
];

/** `trainyard dataset`. */
export const addDataset = (program: Command, run: Run): void => {
  program
    .command('dataset [subject-id]')
    .description('judge images and captions as a training would; ends with 5 where it would be refused')
    .option('--kind <kind>', 'actor or style', oneOf('actor', 'style'), 'actor' as const)
    .option('--image <url>', 's3:// or https address of an image; may come several times', several)
    .option('--images-from <file>', 'a file with one address a line')
    .option('--selection-set <id>', 'the selection set of a style', wholeNumber)
    .option('--trigger <word>', 'the word that calls the subject, instead of its own')
    .action(async (id: string | undefined, options: DatasetOptions, command: Command) =>
      run(command, async ({ server, output }) => {
        const report = await server().ask('/api/datasets/report', datasetAnswerSchema, {
          method: 'POST',
          body: await bodyOf(id, options),
        });
        output.answer(report, linesOf(report));
        return report.trainable ? EXIT.ok : EXIT.unsuccessful;
      }),
    );
};
