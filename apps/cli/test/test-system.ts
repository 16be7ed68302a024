import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startApi, toApiDeps, toApiOptions, toListenOptions } from '@trainyard/api';
import { createLog, openDeps, readSettings } from '@trainyard/runtime';
import { onTestFinished } from 'vitest';
import { startRedis } from '../src/embedded/redis.ts';
import { runProgram } from '../src/program.ts';

/** Opens a Redis, a folder store and a function that runs the CLI in this process. */
export async function openTestSystem(env: Readonly<Record<string, string>> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'trainyard-cli-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const redis = await startRedis(join(dir, 'redis'));
  onTestFinished(() => redis.close());
  const source = {
    REDIS_URL: redis.url,
    OBJECT_STORE_URL: pathToFileURL(join(dir, 'store')).href,
    MODEL_TRAINING_RUNPOD_API_KEY: 'a-key',
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: 'ep',
    RUNPOD_ENDPOINT_BASE_URL: 'http://127.0.0.1:2/v2',
    PORT: '0',
    ...env,
  };
  const settings = readSettings(source);
  const open = await openDeps(settings, {
    log: createLog({ name: 't', level: 'silent' }),
  });
  onTestFinished(() => open.close());
  const { deps } = open;
  const serve = async (): Promise<string> => {
    const api = await startApi({
      deps: toApiDeps(open),
      options: toApiOptions(settings),
      ...toListenOptions(settings),
    });
    onTestFinished(() => api.close());
    return api.url;
  };
  const runCli = async (...args: readonly string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const stream = (lines: string[]) =>
      ({ write: (text: string) => lines.push(text) }) as unknown as NodeJS.WriteStream;
    const code = await runProgram(args, { source, out: stream(out), err: stream(err) });
    return { code, out: out.join(''), err: err.join('') };
  };
  return { deps, redisUrl: redis.url, serve, ran: runCli };
}
