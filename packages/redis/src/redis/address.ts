import { readFileSync } from 'node:fs';
import { type RedisOptions, SentinelConnector } from 'ioredis';
import { InvalidRedisUrlError, RedisCaFileError } from './errors.ts';

/** The options of a connection; replies keep the form of RESP2. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** A group of Redis Sentinels that names the current master. */
export interface SentinelGroup {
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  /** The name of the master. */
  readonly name: string;
  /** The password of the Sentinels themselves. */
  readonly password?: string;
  /** The number of replicas that must acknowledge a guarded write (docs/operations/high-availability.md). */
  readonly waitReplicas: number;
}

/** A Redis to connect to. With Sentinel, the URL supplies only user, password, database and TLS. */
export interface RedisTarget {
  readonly redisUrl: string;
  /** Path of the PEM file with the certificate authority of a `rediss://` server. */
  readonly caFile?: string;
  readonly sentinel?: SentinelGroup;
}

/** The parts of a Redis URL. */
export interface RedisUrl {
  /** The host and port of a TCP address, or the path of a unix socket. */
  readonly server: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly tls: boolean;
  readonly database: number;
  readonly username?: string;
  readonly password?: string;
}

const DEFAULT_PORT = 6379;
const FORM_RULE = 'must be a URL that starts with redis://, rediss://, unix:/// or redis+unix:///';
const DATABASE_RULE =
  'must end after the host or with the number of a database, e.g. redis://127.0.0.1:6379/5; special characters of user and password are percent-encoded (# as %23, / as %2F, ? as %3F, % as %25)';

/**
 * Parses a Redis URL: `redis://user:password@host:port/5`, `rediss://…`, `unix:///path?db=5` or `redis+unix:///path`. A
 * part that is neither host nor database is refused, because it is mostly the rest of a password that was not
 * percent-encoded. Pure. Throws InvalidRedisUrlError, whose message contains no part of the URL.
 */
export function parseRedisUrl(text: string): RedisUrl {
  const url = URL.parse(text);
  if (url === null) throw new InvalidRedisUrlError(FORM_RULE);
  switch (url.protocol) {
    case 'redis:':
    case 'rediss:':
      return parseTcpUrl(url);
    case 'unix:':
    case 'redis+unix:':
      return parseSocketUrl(url);
    default:
      throw new InvalidRedisUrlError(FORM_RULE);
  }
}

function parseTcpUrl(url: URL): RedisUrl {
  if (url.hostname === '') throw new InvalidRedisUrlError(FORM_RULE);
  return {
    server: { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || DEFAULT_PORT) },
    tls: url.protocol === 'rediss:',
    database: parseDatabase([...parseQuery(url, ['db']), ...listPathParts(url)]),
    ...toLogin(decode(url.username), decode(url.password)),
  };
}

function parseSocketUrl(url: URL): RedisUrl {
  if (url.host !== '' || url.pathname.length < 2) throw new InvalidRedisUrlError(FORM_RULE);
  const { searchParams } = url;
  return {
    server: { path: decode(url.pathname) },
    tls: false,
    database: parseDatabase(parseQuery(url, ['db', 'username', 'password'])),
    ...toLogin(searchParams.get('username') ?? '', searchParams.get('password') ?? ''),
  };
}

function toLogin(username: string, password: string): Pick<RedisUrl, 'username' | 'password'> {
  return { ...(username !== '' && { username }), ...(password !== '' && { password }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidRedisUrlError(DATABASE_RULE);
  }
}

function listPathParts({ pathname }: URL): readonly string[] {
  return pathname === '' || pathname === '/' ? [] : [pathname.slice(1)];
}

/** The values of `db`. Throws InvalidRedisUrlError for any other parameter, and for a fragment. */
function parseQuery({ searchParams, hash }: URL, allowed: readonly string[]): readonly string[] {
  if (hash !== '' || [...searchParams.keys()].some((name) => !allowed.includes(name)))
    throw new InvalidRedisUrlError(DATABASE_RULE);
  return searchParams.getAll('db');
}

function parseDatabase(parts: readonly string[]): number {
  const [part = '0', ...others] = parts;
  if (others.length > 0 || !/^\d{1,6}$/.test(part)) throw new InvalidRedisUrlError(DATABASE_RULE);
  return Number(part);
}

/** The address of a Redis for messages, without user and password. */
export function formatAddress({ redisUrl, sentinel }: RedisTarget): string {
  const { server, tls, database } = parseRedisUrl(redisUrl);
  if (sentinel) {
    const sentinels = sentinel.sentinels.map(({ host, port }) => formatHost(host, port)).join(', ');
    return `the master ${sentinel.name} of the Sentinels ${sentinels}`;
  }
  if ('path' in server) return `unix://${server.path}${database === 0 ? '' : `?db=${database}`}`;
  const path = database === 0 ? '' : `/${database}`;
  return `${tls ? 'rediss' : 'redis'}://${formatHost(server.host, server.port)}${path}`;
}

function formatHost(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** After this time a Sentinel without an answer is skipped. */
const SENTINEL_TIMEOUT_MS = 2_000;
/** The interval in which a lost Sentinel is reconnected, so that its failover messages arrive. */
const SENTINEL_RECONNECT_MS = 1_000;

/** After this time the connection to a replaced master that does not close it is destroyed. */
const DISCONNECT_TIMEOUT_MS = 200;

/** The options of ioredis for a connection. Throws InvalidRedisUrlError, and RedisCaFileError for an unreadable CA file. */
export function toConnectionOptions({ redisUrl, caFile, sentinel }: RedisTarget): ConnectionOptions {
  const { server, tls, database, username, password } = parseRedisUrl(redisUrl);
  const certificates = tls && { ...(caFile !== undefined && { ca: readCaFile(caFile) }) };
  return {
    db: database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(certificates && { tls: certificates }),
    ...(sentinel ? toSentinelOptions(sentinel, certificates) : server),
  };
}

/**
 * Ends the failover detection with its connection. In ioredis 6.0.0 it outlives a connection that QUIT or the server
 * closes: it keeps the process alive, and a failover message during the next connect ends the client for ever.
 */
class FailoverConnector extends SentinelConnector {
  private endedDetector: FailoverDetector | undefined;

  override async connect(...args: Parameters<SentinelConnector['connect']>) {
    const stream = await super.connect(...args);
    stream.once('close', () => this.endDetection());
    return stream;
  }

  private endDetection(): void {
    const { failoverDetector } = this as unknown as { readonly failoverDetector?: FailoverDetector | null };
    if (!failoverDetector || failoverDetector === this.endedDetector) return;
    this.endedDetector = failoverDetector;
    failoverDetector.cleanup();
  }
}

/** The subscriptions of ioredis to the failover messages of the Sentinels. */
interface FailoverDetector {
  cleanup(): void;
}

/** With `failoverDetector`, a connection leaves a master that does not close it, such as a suspended machine. */
function toSentinelOptions(
  { sentinels, name, password }: SentinelGroup,
  tls: RedisOptions['tls'] | false,
): ConnectionOptions {
  return {
    sentinels: [...sentinels],
    name,
    role: 'master',
    Connector: FailoverConnector as NonNullable<RedisOptions['Connector']>,
    failoverDetector: true,
    sentinelCommandTimeout: SENTINEL_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    sentinelReconnectStrategy: () => SENTINEL_RECONNECT_MS,
    ...(password !== undefined && { sentinelPassword: password }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
  };
}

function readCaFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new RedisCaFileError(path, error);
  }
}
