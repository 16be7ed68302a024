import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder that an embedded Trainyard keeps everything in. */
export interface Home {
  readonly dir: string;
  readonly redisDir: string;
  /** For `OBJECT_STORE_URL`. */
  readonly storeUrl: string;
  /** Made once and kept, so that runs that were given it find us again (SPEC §5.5). */
  readonly webhookSecret: string;
  /** Likewise; signs what is sent to the notify_url of trainings (SPEC §10). */
  readonly notifySecret: string;
}

/** Where everything would be kept; nothing is made or read. Its secret is only a simulator for the one to come. */
export function planHome(path: string): Home {
  const dir = resolve(path);
  return {
    dir,
    redisDir: join(dir, 'redis'),
    storeUrl: pathToFileURL(join(dir, 'store')).href,
    webhookSecret: 'made when the folder is',
    notifySecret: toStandardWebhooksSecret(Buffer.alloc(32)),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function loadOrCreateSecret(file: string, make: (bytes: Buffer) => string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const secret = make(randomBytes(32));
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}

/** As Standard Webhooks has it. */
function toStandardWebhooksSecret(bytes: Buffer): string {
  return `whsec_${bytes.toString('base64')}`;
}

/** Opens such a folder, or makes it. */
export async function openHome(path: string): Promise<Home> {
  const home = planHome(path);
  await mkdir(home.dir, { recursive: true });
  return {
    ...home,
    webhookSecret: await loadOrCreateSecret(join(home.dir, 'webhook-secret'), (bytes) =>
      bytes.toString('base64url'),
    ),
    notifySecret: await loadOrCreateSecret(join(home.dir, 'notify-secret'), toStandardWebhooksSecret),
  };
}
