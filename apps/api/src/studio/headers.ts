import { CONTENT_SECURITY } from '../server/content-security.ts';

const YEAR_SECONDS = 31_536_000;

/**
 * Headers of a file of the studio. The names of the assets hold a digest of their content, so that a browser keeps them for
 * a year; every other file is revalidated at each use.
 * @param path path of the file, relative or absolute
 */
export function getStudioHeaders(path: string): Readonly<Record<string, string>> {
  const isAsset = /[/\\]assets[/\\][^/\\]+$/.test(path);
  return {
    'cache-control': isAsset ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
    'content-security-policy': CONTENT_SECURITY.studio,
  };
}
