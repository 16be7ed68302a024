import { ObjectStoreError } from '@trainyard/application';
import { describe, expect, it } from 'vitest';
import { toFolderStoreError } from './object-store/folder-errors.ts';
import { createScrub, toS3Error, toS3WriteError } from './object-store/s3-errors.ts';
import { openObjectStore } from './open-object-store.ts';

describe('openObjectStore', () => {
  it('puts the prefix of an S3 URL before every key', async () => {
    expect((await openObjectStore('s3://bucket/a/b/')).toUri('k')).toBe('s3://bucket/a/b/k');
    expect((await openObjectStore('s3://bucket')).toUri('k')).toBe('s3://bucket/k');
  });

  it.each(['', 'bucket', 'http://x/y', 's3://', 's3://Bad+Bucket/x', 'file:', 'file:x?bucket=A'])(
    'rejects the URL %j with a non-retryable ObjectStoreError',
    async (url) => {
      const refusal = openObjectStore(url);
      await expect(refusal).rejects.toBeInstanceOf(ObjectStoreError);
      await expect(refusal).rejects.toMatchObject({ retryable: false });
    },
  );
});

function errno(code: string) {
  return Object.assign(new Error(code), { code });
}
function answer(name: string, status?: number, message = '') {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

describe('errors of the object store', () => {
  it('toFolderStoreError marks errors of the file system as retryable or not', () => {
    expect(toFolderStoreError('k', errno('ENOSPC'))).toMatchObject({
      retryable: true,
      message: 'k: the disk is full (ENOSPC)',
    });
    expect(toFolderStoreError('k', errno('EACCES'))).toMatchObject({ retryable: false });
    expect(toFolderStoreError('k', errno('EROFS'))).toMatchObject({ retryable: false });
    expect(toFolderStoreError('k', errno('EMFILE'))).toMatchObject({ retryable: true });
  });

  it.each([
    [answer('AccessDenied', 403), false],
    [answer('PermanentRedirect', 301), false],
    [answer('NoSuchBucket', 404), false],
    [answer('SlowDown', 503), true],
    [answer('InternalError', 500), true],
    [answer('TooManyRequests', 429), true],
    [answer('TimeoutError'), true],
    [errno('ECONNREFUSED'), true],
    [answer('CredentialsProviderError'), false],
  ])('toS3Error marks errors of S3 as retryable or not (%s)', (error, retryable) => {
    expect(toS3Error('k', error, String)).toMatchObject({ retryable });
  });

  it('toS3WriteError maps only a lost conditional write to PreconditionFailedError', () => {
    const context = { conditional: true, scrub: String };
    for (const error of [
      answer('PreconditionFailed', 412),
      answer('ConditionalRequestConflict', 409),
      answer('NoSuchKey', 404),
    ]) {
      expect(toS3WriteError('k', error, context)).toMatchObject({
        code: 'precondition_failed',
        retryable: true,
      });
    }
    for (const error of [answer('NoSuchBucket', 404), answer('OperationAborted', 409)]) {
      expect(toS3WriteError('k', error, context)).toMatchObject({ code: 'object_store_refused' });
    }
    const conflict = answer('ConditionalRequestConflict', 409);
    expect(toS3WriteError('k', conflict, { ...context, conditional: false })).toMatchObject({
      retryable: true,
    });
  });

  it('toS3Error names an answer that is not one of S3', () => {
    const message = 'XML parse error.\n  Deserialization error: inspect the hidden field {error}.$response';
    expect(toS3Error('k', answer('Error', 500, message), String).message).toBe(
      'k: S3 failed (HTTP 500): the answer is not one of S3; check S3_ENDPOINT',
    );
  });

  it('toS3Error removes credentials from the message and drops the cause', () => {
    const message = 'AKIAABCDEFGHIJKLMNOP my-secret-key https://h/?X-Amz-Signature=abc&X-Amz-Credential=def';
    const error = Object.assign(answer('SignatureDoesNotMatch', 403, message), {
      StringToSign: 'my-secret-key',
    });
    const shown = toS3Error('k', error, createScrub(['my-secret-key', undefined]));
    expect(shown.message).toContain('SignatureDoesNotMatch');
    expect(shown.message).not.toMatch(/AKIA|my-secret-key|abc|def/);
    expect(shown.cause).toBeUndefined();
  });
});
