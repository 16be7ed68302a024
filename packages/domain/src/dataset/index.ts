export {
  type Dataset,
  type DatasetImage,
  type DatasetReport,
  FINDING_CODES,
  type Finding,
  type FindingCode,
  type FindingSeverity,
} from './dataset.ts';
export { datasetErrors, reportDataset } from './dataset-report.ts';
export { nameFindings } from './findings/images.ts';
export { getBaseName, getStem, IMAGE_TYPES, isImage, toCaptionAddress } from './image-files.ts';
export { parseS3Uri, type S3Address, S3AddressError } from './s3-address.ts';
export { normalizeS3Address, type S3UrlOptions } from './s3-url.ts';
