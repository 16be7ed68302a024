import {
  cleanExternalText,
  ObjectStoreError,
  PreconditionFailedError,
  type StoreRefusal,
} from '@trainyard/application';

/**
 * The parts of an SDK error that may be shown. The error itself carries headers and signatures and is never
 * passed on.
 */
interface S3ErrorInfo {
  readonly name: string;
  readonly status: number | undefined;
  readonly message: string;
  readonly region: string | undefined;
}

/** Replaces secrets in a text by `***`. */
export type Scrub = (text: string) => string;

/**
 * Builds a function that removes these secrets, signatures, URL credentials and access key ids from texts.
 */
export function createScrub(secrets: readonly (string | undefined)[]): Scrub {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length > 3);
  return (text) =>
    known
      .reduce((scrubbed, secret) => scrubbed.replaceAll(secret, '***'), text)
      .replace(/(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s]*/gi, '$1***')
      .replace(/:\/\/[^/\s@]*@/g, '://***@')
      .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '***');
}

/** Names that the runtime gives to every error; the code is more precise. */
const UNSPECIFIC_NAMES: readonly string[] = ['Error', 'AggregateError'];

function readS3Error(error: unknown): S3ErrorInfo {
  const { name = 'Error', message = '' } = error instanceof Error ? error : {};
  const code = getProperty(error, 'code');
  const status = getProperty(getProperty(error, '$metadata'), 'httpStatusCode');
  return {
    name: typeof code === 'string' && UNSPECIFIC_NAMES.includes(name) ? code : name,
    status: typeof status === 'number' ? status : undefined,
    message,
    region: readRegion(error),
  };
}

/** The region of the bucket where the store names it: in a header of a redirect, or in the body of the error. */
function readRegion(error: unknown): string | undefined {
  const headers = getProperty(getProperty(error, '$response'), 'headers');
  const region = getProperty(headers, 'x-amz-bucket-region') ?? getProperty(error, 'Region');
  return typeof region === 'string' && /^[a-z0-9-]{1,40}$/.test(region) ? region : undefined;
}

function getProperty(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Whether S3 reports that the key has no object; a missing bucket does not count. */
export function isNotFound(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(readS3Error(error).name);
}

/**
 * Maps the failure of a write to the port's error. After a conditional write, 412, 409 and a deleted object
 * mean that the object changed: PreconditionFailedError.
 */
export function toS3WriteError(key: string, error: unknown, context: ErrorContext): ObjectStoreError {
  const { name, status } = readS3Error(error);
  const isLost = status === 412 || name === 'ConditionalRequestConflict' || isNotFound(error);
  return context.conditional && isLost
    ? new PreconditionFailedError(key)
    : toS3Error(key, error, context.scrub);
}

/** Whether the write was conditional, and the function that removes secrets from its error. */
export interface ErrorContext {
  readonly conditional: boolean;
  readonly scrub: Scrub;
}

/** Maps every other failure to the port's error, without credentials and without the SDK error as cause. */
export function toS3Error(key: string, error: unknown, scrub: Scrub): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const info = readS3Error(error);
  const text = isForeignAnswer(info)
    ? 'the answer is not one of S3; check S3_ENDPOINT'
    : cleanText(scrub(`${info.name}${info.message ? `: ${info.message}` : ''}`));
  const status = info.status === undefined ? '' : ` (HTTP ${info.status})`;
  return new ObjectStoreError(scrub(key), `${describeError(info)}${status}: ${text}`, {
    retryable: isRetryable(info),
    refusal: findRefusal(info),
  });
}

/** Whether the SDK could not parse the answer. Its own message then names a hidden field of the SDK and not the fault. */
function isForeignAnswer({ message }: S3ErrorInfo): boolean {
  return message.includes('Deserialization error:');
}

/** The longest text of a store in an error, in characters. */
const MAX_TEXT_LENGTH = 300;

/** The text of a store on one line: it reaches logs and terminals. */
function cleanText(text: string): string {
  return cleanExternalText(text, MAX_TEXT_LENGTH).replace(/\s+/g, ' ').trim();
}

/** Errors of the credentials themselves, at every operation. */
const CREDENTIAL_ERRORS: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidToken',
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'RequestTimeTooSkewed',
]);

const ADDRESS_ERRORS: ReadonlySet<string> = new Set([
  'NoSuchBucket',
  'InvalidBucketName',
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  'ERR_INVALID_URL',
]);

function findRefusal({ name, status }: S3ErrorInfo): StoreRefusal | undefined {
  if (CREDENTIAL_ERRORS.has(name) || status === 401) return 'credentials';
  if (ADDRESS_ERRORS.has(name) || status === 301 || status === 307) return 'address';
  if (name === 'NotImplemented' || status === 501) return 'unsupported';
  return status === 403 ? 'permission' : undefined;
}

function describeError(info: S3ErrorInfo): string {
  const { name, status, region } = info;
  if (name === 'NoSuchBucket') return 'the bucket does not exist';
  if (name === 'CredentialsProviderError') return 'S3 credentials are missing';
  const refusal = findRefusal(info);
  if (refusal === 'address' && status !== undefined)
    return `the bucket is in ${region === undefined ? 'a different region' : `the region ${region}`}`;
  if (refusal === 'unsupported') return 'S3 does not implement the request';
  if (refusal === 'permission' || refusal === 'credentials') return 'S3 denied access';
  return status === undefined ? 'S3 is unreachable' : 'S3 failed';
}

/** Without a status S3 was unreachable; a retry helps unless credentials or settings are invalid. */
function isRetryable(info: S3ErrorInfo): boolean {
  const { name, status } = info;
  if (['SlowDown', 'RequestTimeout', 'ConditionalRequestConflict'].includes(name)) return true;
  if (findRefusal(info) !== undefined) return false;
  if (status === undefined) return name !== 'TypeError';
  return status === 408 || status === 429 || status >= 500;
}
