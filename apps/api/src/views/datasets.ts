import type { ReportedDataset } from '@trainyard/application';
import type { DatasetResponse, PreviewView } from '@trainyard/contracts';
import type { DatasetReport } from '@trainyard/domain';

/** A report on data. */
export function toDatasetView(report: DatasetReport): PreviewView['dataset'] {
  return {
    image_count: report.imageCount,
    caption_count: report.captionCount,
    class_tokens: report.classTokens,
    findings: report.findings.map(({ uris, ...finding }) => ({ ...finding, uris: [...uris] })),
  };
}

/** A report, and what it is about. */
export function toDatasetResponse(
  kind: DatasetResponse['kind'],
  { subject, trigger, images, report, trainable }: ReportedDataset,
): DatasetResponse {
  return {
    ...toDatasetView(report),
    kind,
    subject_id: subject?.id ?? null,
    trigger,
    images: [...images],
    trainable,
  };
}
