import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
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
  /** Runs the CLI on a terminal of 80 columns whose keys are typed at once. */
  const runOnTerminal = async (keys: string, ...args: readonly string[]) => {
    const [input, screen] = [new PassThrough(), new PassThrough()];
    const tty = { isTTY: true, columns: 80 };
    const written: string[] = [];
    screen.on('data', (chunk: Buffer) => written.push(chunk.toString()));
    const out = Object.assign(screen, tty) as unknown as NodeJS.WriteStream;
    input.write(keys);
    const code = await runProgram(args, {
      source: { ...source, NO_COLOR: '1' },
      input: Object.assign(input, tty) as unknown as NodeJS.ReadStream,
      out,
      err: out,
    });
    return { code, out: stripVTControlCharacters(written.join('')) };
  };
  return { deps, redisUrl: redis.url, source, serve, ran: runCli, runOnTerminal };
}
