import { previewSchema } from '@trainyard/contracts';
import type { Command } from 'commander';
import { previewLines } from '../../report/preview-lines.ts';
import type { CommandRunner } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/errors.ts';
import { parseWholeNumber } from '../../terminal/option-parsers.ts';
import { previewOffline } from './offline-preview.ts';
import { addRequestOptions, buildRequestBody, type RequestOptions } from './request-body.ts';

interface PreviewOptions extends RequestOptions {
  readonly imageCount?: number;
}

/** `trainyard preview`: by the server, or with `--image-count` by itself. */
export function addPreview(program: Command, run: CommandRunner): void {
  addRequestOptions(program.command('preview [subject-id]'))
    .description('what would be sent, with nothing enqueued; with --image-count no server is needed')
    .option('--image-count <number>', 'for a dataset of so many images, without any server', parseWholeNumber)
    .action(async (subjectId: string | undefined, options: PreviewOptions, command: Command) =>
      run(command, async ({ server, output, source }) => {
        const { imageCount } = options;
        if (imageCount !== undefined) {
          const subject = { kind: options.kind, id: subjectId ?? 'preview' };
          const body = await buildRequestBody(subject.id, options);
          const preview = await previewOffline(source, subject, { ...body, image_count: imageCount });
          output.writeResult(preview, previewLines(preview));
          return undefined;
        }
        if (subjectId === undefined) throw new UsageError('Name a subject, or use --image-count.');
        const preview = await server().request('/api/trainings/preview', previewSchema, {
          method: 'POST',
          body: await buildRequestBody(subjectId, options),
        });
        output.writeResult(preview, previewLines(preview));
        return undefined;
      }),
    );
}
