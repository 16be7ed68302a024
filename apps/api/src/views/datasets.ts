import type { ReportedDataset } from '@trainyard/application';
import type { DatasetAnswer, PreviewView } from '@trainyard/contracts';
import type { DatasetReport } from '@trainyard/domain';

/** A report on data. */
export const datasetView = (report: DatasetReport): PreviewView['dataset'] => ({
  image_count: report.imageCount,
  caption_count: report.captionCount,
  class_tokens: report.classTokens,
  findings: report.findings.map(({ uris, ...finding }) => ({ ...finding, uris: [...uris] })),
});

/** A report, and what it is about. */
export const reportedView = (
  kind: DatasetAnswer['kind'],
  { subject, trigger, images, report, trainable }: ReportedDataset,
): DatasetAnswer => ({
  ...datasetView(report),
  kind,
  subject_id: subject?.id ?? null,
  trigger,
  images: [...images],
  trainable,
});
