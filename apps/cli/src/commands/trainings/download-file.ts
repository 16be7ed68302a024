import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createLiveLines } from '../../report/follow-training.ts';
import { progressBar } from '../../report/training-lines.ts';
import type { Context } from '../../terminal/context.ts';
import { UsageError } from '../../terminal/exit.ts';
import { formatBytes } from '../../terminal/format.ts';

/** A file to download. */
export interface Download {
  readonly url: string;
  /** Path of the file that is written. */
  readonly target: string;
  /** Replaces an existing file. */
  readonly force: boolean;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly signal: AbortSignal;
  /** Headers of the request, such as the key of the server. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A saved file, and how it was checked. */
export interface SavedFile {
  readonly size_bytes: number;
  readonly sha256: string;
  readonly checked: 'sha256' | 'size' | 'none';
}

/**
 * Plans the path of a download: a folder gets the name of the model. Throws UsageError for an existing file without `force`.
 */
export async function planTarget(file: string | undefined, name: string, force: boolean): Promise<string> {
  const modelName = basename(name.replaceAll('\\', '/')) || 'model.safetensors';
  const path = resolve(file ?? '.');
  const found = await stat(path).catch(() => undefined);
  const target =
    found?.isDirectory() || file === undefined || /[\\/]$/.test(file) ? join(path, modelName) : path;
  const existing = await stat(target).catch(() => undefined);
  if (existing?.isDirectory()) throw new UsageError(`${target} is a folder.`);
  if (existing && !force) throw alreadyExists(target);
  return target;
}

function alreadyExists(target: string): UsageError {
  return new UsageError(`${target} already exists. Name a different file, or add --force to replace it.`);
}

/** Thrown when a download does not have the size or checksum that the server names, or cannot be read to its end. */
class DownloadError extends Error {
  readonly code = 'download_failed';
  readonly retryable = true;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DownloadError';
  }
}

/**
 * Downloads into a temporary file beside the target, checks it and renames it, so that the target is never incomplete. Throws
 * DownloadError; then no file remains.
 */
export async function downloadFile(
  download: Download,
  context: Pick<Context, 'output' | 'screen'>,
): Promise<SavedFile> {
  const { target, force } = download;
  await mkdir(dirname(target), { recursive: true });
  const part = join(dirname(target), `.${basename(target)}.${randomUUID().slice(0, 8)}.part`);
  try {
    const saved = await writePart(download, part, context);
    const checked = check(download, saved);
    if (force) await rename(part, target);
    else await linkNew(part, target);
    return { ...saved, checked };
  } finally {
    await rm(part, { force: true });
  }
}

/** A link fails when the target exists, which a rename would replace. */
async function linkNew(part: string, target: string): Promise<void> {
  try {
    await link(part, target);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') throw alreadyExists(target);
    // Some file systems have no links.
    await rename(part, target);
  }
}

async function writePart(
  { url, sizeBytes, target, signal, headers }: Download,
  part: string,
  { output, screen }: Pick<Context, 'output' | 'screen'>,
): Promise<Omit<SavedFile, 'checked'>> {
  const body = await openBody(url, { signal, ...(headers && { headers }) });
  const [hash, file, liveLines] = [
    createHash('sha256'),
    await open(part, 'wx'),
    createLiveLines(output, screen),
  ];
  let written = 0;
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      await file.appendFile(chunk);
      written += chunk.length;
      liveLines.redraw([
        `${progressBar(sizeBytes ? written / sizeBytes : 0)}  ${formatBytes(written)}  ${basename(target)}`,
      ]);
    }
    await file.sync();
  } catch (error) {
    if (signal.aborted) throw new DownloadError('The download was interrupted; no file was written.');
    const reason = error instanceof Error ? error.message : String(error);
    throw new DownloadError(`The download ended after ${formatBytes(written)}: ${reason}`, { cause: error });
  } finally {
    liveLines.end();
    await file.close();
  }
  return { size_bytes: written, sha256: hash.digest('hex') };
}

async function openBody(url: string, request: RequestInit): Promise<AsyncIterable<Uint8Array>> {
  const host = new URL(url).host;
  const response = await fetch(url, request).catch((error: unknown) => {
    throw new DownloadError(`No server answers at ${host}`, { cause: error });
  });
  if (response.ok && response.body) return response.body;
  await response.body?.cancel();
  throw new DownloadError(`The server at ${host} refused the download with status ${response.status}.`);
}

function check({ sizeBytes, sha256 }: Download, saved: Omit<SavedFile, 'checked'>): SavedFile['checked'] {
  if (sizeBytes !== null && saved.size_bytes !== sizeBytes)
    throw new DownloadError(
      `The file has ${sizeBytes} bytes, but ${saved.size_bytes} were received; repeat the download.`,
    );
  if (sha256 !== null && saved.sha256 !== sha256.toLowerCase())
    throw new DownloadError(
      `The checksum of the model is ${sha256}, but that of the download is ${saved.sha256}. The object was changed or damaged.`,
    );
  if (sha256 !== null) return 'sha256';
  return sizeBytes === null ? 'none' : 'size';
}
