import { captionFindings, holdsTrigger } from './caption-findings.ts';
import type { Dataset, DatasetImage, DatasetReport } from './dataset.ts';
import { addressFindings, fileFindings, imageCountFindings } from './file-findings.ts';
import type { Finding } from './finding.ts';
import { triggerFindings } from './trigger-findings.ts';

const RANK = { error: 0, warning: 1, advice: 2 } as const;

/**
 * Reports the findings of a dataset (docs/concepts/datasets.md), errors first. Pure: the caller reads the object store.
 */
export function reportDataset(dataset: Dataset): DatasetReport {
  const addressed = { ...dataset, images: dataset.images.filter(({ malformed }) => malformed === undefined) };
  const findings = [
    ...imageCountFindings(dataset.images.length),
    ...fileFindings(dataset.images, dataset.kind),
    ...triggerFindings(dataset.trigger),
    ...captionFindings(addressed),
  ];
  return {
    imageCount: dataset.images.length,
    captionCount: dataset.images.filter(({ caption }) => caption !== undefined).length,
    findings: sortFindings(findings),
    classTokens: getClassTokens(addressed),
  };
}

/** The findings of a request alone, before the object store is read. */
export function requestFindings({
  kind,
  trigger,
  images,
}: Pick<Dataset, 'kind' | 'trigger'> & {
  readonly images: readonly Pick<DatasetImage, 'uri' | 'malformed'>[];
}): readonly Finding[] {
  return sortFindings([
    ...imageCountFindings(images.length),
    ...addressFindings(images, kind),
    ...triggerFindings(trigger),
  ]);
}

/** Sorts findings by severity, errors first. */
function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** The findings of severity `error`, which reject a training before it costs money. */
export function datasetErrors({ findings }: Pick<DatasetReport, 'findings'>): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'error');
}

/** The prefix of every caption, see {@link DatasetReport}. */
function getClassTokens({ images, trigger }: Dataset): string {
  const all = images.length > 0 && images.every((image) => holdsTrigger(image, trigger));
  return all ? '' : trigger.trim();
}
