import type { Dataset, DatasetReport, Finding } from './dataset.ts';
import { captionFindings, getClassTokens } from './findings/captions.ts';
import { fileFindings, imageCountFindings } from './findings/images.ts';

const RANK = { error: 0, warning: 1, advice: 2 } as const;

/** Judges a dataset by what the store showed of it (SPEC §6). Pure: reading the store is the caller's. */
export function reportDataset(dataset: Dataset): DatasetReport {
  const addressed = { ...dataset, images: dataset.images.filter(({ malformed }) => malformed === undefined) };
  const findings = [
    ...imageCountFindings(dataset.images.length),
    ...fileFindings(dataset.images),
    ...captionFindings(addressed),
  ];
  return {
    imageCount: dataset.images.length,
    captionCount: dataset.images.filter(({ caption }) => caption !== undefined).length,
    findings: findings.sort((a, b) => RANK[a.severity] - RANK[b.severity]),
    classTokens: getClassTokens(addressed),
  };
}

/** The findings that refuse a training before anything is paid for. */
export function datasetErrors(report: DatasetReport): readonly Finding[] {
  return report.findings.filter(({ severity }) => severity === 'error');
}
