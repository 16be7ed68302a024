import type { ParsedSettings } from './schema.ts';

/** A rule over several settings: whether it is broken, the setting to name, and the fault. */
export type Rule = readonly [isBroken: boolean, name: string, message: string];

type StoreRuleSettings = Pick<
  ParsedSettings,
  | 'OBJECT_STORE_URL'
  | 'S3_USER_BUCKET'
  | 'S3_ENDPOINT'
  | 'S3_FORCE_PATH_STYLE'
  | 'RUNPOD_ENDPOINT_BASE_URL'
  | 'ALLOW_LOCAL_STORE'
>;

/** The rules of the object store's address. Messages name the addresses, which contain no secrets. */
export function listStoreRules(read: StoreRuleSettings): readonly Rule[] {
  const { OBJECT_STORE_URL: url, S3_USER_BUCKET: bucket, RUNPOD_ENDPOINT_BASE_URL: runpod } = read;
  const isFolder = isFolderUrl(url);
  return [
    [
      url === undefined && bucket === undefined,
      'OBJECT_STORE_URL',
      'OBJECT_STORE_URL or S3_USER_BUCKET is required',
    ],
    [
      isFolder && isRunPodItself(runpod) && !read.ALLOW_LOCAL_STORE,
      'ALLOW_LOCAL_STORE',
      `OBJECT_STORE_URL is ${url}, a folder of this machine that no worker at ${runpod} can read: set OBJECT_STORE_URL=s3://bucket/prefix, or ALLOW_LOCAL_STORE=true to start nevertheless`,
    ],
    ...listEndpointRules(read),
  ];
}

function isFolderUrl(url: string | undefined): boolean {
  return url !== undefined && /^file:/i.test(url);
}

/** Whether the object store is a folder of this machine while the workers of the provider run elsewhere. */
export function isFolderBeyondWorkers(
  read: Pick<StoreRuleSettings, 'OBJECT_STORE_URL' | 'RUNPOD_ENDPOINT_BASE_URL'>,
): boolean {
  const { hostname } = new URL(read.RUNPOD_ENDPOINT_BASE_URL);
  return isFolderUrl(read.OBJECT_STORE_URL) && !/^(127\.|localhost$|\[::1\]$)/.test(hostname);
}

/** Whether the address is RunPod's own, not that of a simulator. */
function isRunPodItself(url: string): boolean {
  return /(^|\.)runpod\.(ai|io|net)$/.test(new URL(url).hostname);
}

/** With the bucket in the endpoint too, every object would be stored below a folder with the name of the bucket. */
function listEndpointRules(read: StoreRuleSettings): readonly Rule[] {
  const { S3_ENDPOINT: endpoint } = read;
  const bucket = getBucket(read);
  if (endpoint === undefined || bucket === undefined) return [];
  const { protocol, host, hostname, pathname } = new URL(endpoint);
  const rest = host.slice(bucket.length + 1);
  const namesBucket = hostname.startsWith(`${bucket}.`);
  const isServer = read.S3_FORCE_PATH_STYLE === true && !isS3Host(rest);
  return [
    [
      pathname.split('/').includes(bucket),
      'S3_ENDPOINT',
      `S3_ENDPOINT is ${toOrigin(endpoint)}${pathname}, with the bucket ${bucket} in its path: set S3_ENDPOINT=${toOrigin(endpoint)} and name the bucket in OBJECT_STORE_URL only`,
    ],
    [
      namesBucket && !isServer,
      'S3_ENDPOINT',
      `S3_ENDPOINT is ${toOrigin(endpoint)}, with the bucket ${bucket} in its host: set S3_ENDPOINT=${protocol}//${rest} and name the bucket in OBJECT_STORE_URL only${isS3Host(rest) ? '' : `. If ${hostname} is the server itself, set S3_FORCE_PATH_STYLE=true`}`,
    ],
  ];
}

/** Whether a host is that of an S3 service, so that a label before it can only be a bucket. */
function isS3Host(host: string): boolean {
  return /^(s3[.-]|localhost(:|$))|\.(digitaloceanspaces|cloudflarestorage|wasabisys|backblazeb2)\.com/.test(
    host,
  );
}

function toOrigin(url: string): string {
  return new URL(url).origin;
}

function getBucket({ OBJECT_STORE_URL: url, S3_USER_BUCKET: bucket }: StoreRuleSettings): string | undefined {
  return url === undefined ? bucket : /^s3:\/\/([^/?#]+)/i.exec(url)?.[1];
}
