import { ObjectStoreError } from '../errors.ts';

/** A result of the examination of an object store; `fault`: a process refuses to start. */
export interface StoreFinding {
  readonly status: 'ok' | 'warning' | 'fault';
  readonly text: string;
}

/** The operations that an examination tries. */
export type Operation = 'read_missing' | 'read' | 'create' | 'replace' | 'delete';

/** The permission of S3 that each operation needs, and the text for a store that lacks it. */
const MISSING_PERMISSIONS: Readonly<Record<Operation, string>> = {
  read_missing:
    'answers 403 instead of 404 for a missing object: grant s3:GetObject and s3:ListBucket, or read permission for the folder',
  read: 'forbids reads: grant s3:GetObject, or read permission for the folder',
  create: 'forbids writes: grant s3:PutObject, or write permission for the folder',
  replace: 'forbids writes: grant s3:PutObject, or write permission for the folder',
  delete: 'forbids deletes, so that one small object remains per start: grant s3:DeleteObject',
};

/** The text for an operation that the store refuses for a reason other than a permission. */
const REFUSED: Readonly<Record<Operation, string>> = {
  read_missing: 'refuses reads',
  read: 'refuses reads',
  create: 'refuses writes with If-None-Match: choose a store with conditional writes',
  replace: 'refuses writes with If-Match: choose a store with conditional writes',
  delete: 'refuses deletes, so that one small object remains per start',
};

/** Explains a refusal with its remedy and the store's own words. Throws retryable and foreign errors again. */
export function explainRefusal(operation: Operation, error: unknown): StoreFinding {
  if (!(error instanceof ObjectStoreError) || error.retryable) throw error;
  return toFault(`${describeRefusal(operation, error)} (${error.message})`);
}

function describeRefusal(operation: Operation, { refusal }: ObjectStoreError): string {
  switch (refusal) {
    case 'permission':
      return MISSING_PERMISSIONS[operation];
    case 'credentials':
      return 'refuses the credentials: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN';
    case 'address':
      return 'is not at this address: check OBJECT_STORE_URL, S3_ENDPOINT and S3_REGION';
    default:
      return REFUSED[operation];
  }
}

/** Creates a fault. */
export function toFault(text: string): StoreFinding {
  return { status: 'fault', text };
}
