import { ObjectStoreError, PreconditionFailedError } from '@trainyard/application';

/** What may be shown of the SDK's error. The error itself carries headers and signatures: it is never passed on. */
interface S3ErrorInfo {
  readonly name: string;
  readonly status: number | undefined;
  readonly message: string;
}

/** Text that must never leave the adapter. */
export type Scrub = (text: string) => string;

export function createScrub(secrets: readonly (string | undefined)[]): Scrub {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length > 3);
  return (text) =>
    known
      .reduce((scrubbed, secret) => scrubbed.replaceAll(secret, '***'), text)
      .replace(/(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s]*/gi, '$1***')
      .replace(/:\/\/[^/\s@]*@/g, '://***@')
      .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '***');
}

function readS3Error(error: unknown): S3ErrorInfo {
  const { name = 'Error', message = '' } = error instanceof Error ? error : {};
  const code = getProperty(error, 'code');
  const status = getProperty(getProperty(error, '$metadata'), 'httpStatusCode');
  return {
    name: typeof code === 'string' && name === 'Error' ? code : name,
    status: typeof status === 'number' ? status : undefined,
    message,
  };
}

function getProperty(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Whether S3 said that there is no object of that key; other things can be missing, too: the bucket, the user. */
export function isNotFound(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(readS3Error(error).name);
}

/** S3's answer to a write as the port's error; 412, 409 and a vanished object mean: read again. */
export function toS3WriteError(key: string, error: unknown, context: ErrorContext): ObjectStoreError {
  const { name, status } = readS3Error(error);
  const isLost = status === 412 || name === 'ConditionalRequestConflict' || isNotFound(error);
  return context.conditional && isLost
    ? new PreconditionFailedError(key)
    : toS3Error(key, error, context.scrub);
}

export interface ErrorContext {
  readonly conditional: boolean;
  readonly scrub: Scrub;
}

/** Any other failure as the port's error, without credentials. */
export function toS3Error(key: string, error: unknown, scrub: Scrub): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const info = readS3Error(error);
  const text = scrub(`${info.name}${info.message ? `: ${info.message}` : ''}`);
  const status = info.status === undefined ? '' : ` (HTTP ${info.status})`;
  return new ObjectStoreError(scrub(key), `${describeError(info)}${status}: ${text}`, {
    retryable: isRetryable(info),
  });
}

function describeError({ name, status }: S3ErrorInfo): string {
  if (name === 'NoSuchBucket') return 'there is no such bucket';
  if (name === 'CredentialsProviderError') return 'no credentials for S3';
  if (status === 401 || status === 403) return 'S3 refuses access';
  if (status === 301 || status === 307) return 'the bucket is in another region';
  return status === undefined ? 'S3 cannot be reached' : 'S3 failed';
}

/** No status means that no answer came; only missing credentials are not cured by trying again. */
function isRetryable({ name, status }: S3ErrorInfo): boolean {
  if (['SlowDown', 'RequestTimeout', 'ConditionalRequestConflict'].includes(name)) return true;
  if (status === undefined)
    return !['CredentialsProviderError', 'TypeError', 'ERR_INVALID_URL'].includes(name);
  return status === 408 || status === 429 || status >= 500;
}
