import { getBaseName, isHiddenName } from '@trainyard/domain';
import { getStorePrefix, type ModelDeps, resolveModelAddress } from '../../versions/model-object.ts';

/** The `s3://bucket/key` of a picture that may be served, or the reason why it is not. */
export type FoundImage =
  | { readonly uri: string; readonly fault?: undefined }
  | { readonly uri?: undefined; readonly fault: string };

/** The reason against files that an operating system added. */
export const HIDDEN_FILE = 'it is a hidden file of an operating system';

/**
 * Resolves an address of the catalogue to an object that this server may send: an object in the bucket of the object
 * store. A catalogue may name local files and addresses of other sites; these are never read. A key without a bucket is a
 * key of the object store.
 */
export function resolveOwnObject(deps: ModelDeps, address: string): FoundImage {
  const object = resolveModelAddress(deps, address);
  if (object.kind === 'invalid')
    return { fault: `the address in the catalogue is unusable: ${object.fault}` };
  if (object.kind === 'url') return { fault: 'the catalogue names a web address outside the object store' };
  const { bucket } = getStorePrefix(deps);
  if (object.bucket !== bucket)
    return {
      fault: `the catalogue names bucket ${object.bucket}; pictures are served from bucket ${bucket} of the object store only`,
    };
  return isHiddenName(getBaseName(object.key)) ? { fault: HIDDEN_FILE } : { uri: object.uri };
}
