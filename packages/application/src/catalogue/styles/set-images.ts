import { isImage, normalizeS3Address, S3AddressError } from '@trainyard/domain';
import type { Deps } from '../../deps.ts';
import { InvalidRequestError, type Issue } from '../../errors.ts';
import { assertObjectKey } from '../../ports/object-key.ts';
import { ObjectStoreError } from '../../ports/object-store.ts';

/** Refuses what a selection set cannot hold: its images are addresses, keys, or names in the style's folder. Throws InvalidRequestError. */
export function checkSetImages(deps: Pick<Deps, 'settings'>, images: readonly string[]): void {
  const issues = images.flatMap((image, index): readonly Issue[] => {
    const message = findImageFault(deps, image);
    return message === undefined ? [] : [{ path: `images.${index}`, message }];
  });
  if (issues.length > 0) throw new InvalidRequestError(issues);
}

function findImageFault({ settings }: Pick<Deps, 'settings'>, image: string): string | undefined {
  if (!isImage(image.replace(/[?#].*$/su, ''))) return 'it is no jpg, jpeg, png, webp or bmp';
  try {
    if (/^[a-z0-9]+:/i.test(image))
      normalizeS3Address(image, { customEndpoints: settings.customS3Endpoints });
    else assertObjectKey(image);
    return undefined;
  } catch (error) {
    if (error instanceof S3AddressError || error instanceof ObjectStoreError) return error.message;
    throw error;
  }
}
