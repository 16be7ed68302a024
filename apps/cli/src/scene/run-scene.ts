import { createWriteStream } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Log } from '@trainyard/application';
import { type CloseStack, closeOnSignals, createCloseStack } from '@trainyard/runtime';
import { openDemoFolder, readLastNow, toAnchor, writeLastNow, writeSampleOnce } from '../demo/demo-folder.ts';
import { toEnvironment } from '../demo/open-demo.ts';
import { type SimulatorProcess, startSimulator } from '../demo/simulator.ts';
import type { Home } from '../embedded/home.ts';
import { startRedis } from '../embedded/redis.ts';
import { SCENE_SUBJECTS } from '../sample/scene-subjects.ts';
import type { Output } from '../terminal/output.ts';
import { findPort, startProcesses } from './processes.ts';
import { createSceneServer } from './server.ts';
import { playPast, playPresent } from './story.ts';

/** Options of `trainyard demo --keep`. */
export interface SceneOptions {
  /** Data folder; without it a temporary folder that is deleted at the end. */
  readonly data?: string;
  /** Port of the API; a free port by default. */
  readonly port?: number;
}

/**
 * 50 min of training pass in 5 s while the past is played, and in 150 s in the present. A higher factor would lose results
 * on a busy machine: RunPod retains a result for 30 min, which last 3 s.
 */
const PAST_FACTOR = 600;
const PRESENT_FACTOR = 20;
/** The past takes about 8 h of scaled time, so that the present is near the time of this machine. */
const PAST_MS = 10 * 3_600_000;

/**
 * Opens a day in progress: the real system plays the past at factor 600, then its processes are killed and start at factor
 * 20 with the clock continued. Runs until a signal; leaves no process behind.
 */
export async function runScene(options: SceneOptions, output: Output): Promise<never> {
  const log = createShutdownLog(options, output);
  const closing = createCloseStack(log);
  const grace = closeOnSignals(closing.close, log, { signalExitCode: 0 });
  try {
    const scene = await openScene(options, closing, output);
    await (scene.lastNow === undefined ? playScene(scene) : continueScene(scene, scene.lastNow));
    for (const line of readyLines(scene)) output.writeLine(line);
    return await new Promise(() => undefined);
  } finally {
    await closing.close();
    grace.uninstall();
  }
}

function createShutdownLog({ data }: SceneOptions, output: Output): Log {
  const end = data === undefined ? 'Its data are deleted.' : `Its data are kept in ${resolve(data)}.`;
  const onInfo = (event: string): void => {
    if (event === 'shutdown_started') output.writeLine(`\nStopping all processes. ${end}`);
  };
  return { info: onInfo, warn: () => undefined, error: () => undefined };
}

interface Scene {
  readonly home: Home;
  readonly url: string;
  /** Scaled time at which an earlier scene of this folder stopped; undefined for a new folder. */
  readonly lastNow: number | undefined;
  readonly simulator: SimulatorProcess;
  /** Starts the processes; the scaled time is now `scaledNow`. @returns the clock and the processes */
  start(factor: number, scaledNow: number): Promise<Running>;
  readonly report: (text: string) => void;
}

interface Running {
  now(): number;
  kill(): Promise<void>;
}

async function openScene(options: SceneOptions, closing: CloseStack, output: Output): Promise<Scene> {
  const { port = await findPort() } = options;
  const url = `http://127.0.0.1:${port}`;
  output.writeLine(`Studio   ${url}   (a day in progress, in about a minute)`);
  const report = (text: string): void => output.writeLine(`  ${text}`);
  const home = await openDemoFolder({ data: options.data, closing });
  const lastNow = await readLastNow(home.dir);
  const redis = closing.register('redis server', await startRedis(home.redisDir), (each) => each.close());
  await writeSampleOnce(home, report, { subjects: SCENE_SUBJECTS });
  const factor = lastNow === undefined ? PAST_FACTOR : PRESENT_FACTOR;
  const starting = startSimulator({ storeUrl: home.storeUrl, factor, env: SIMULATOR_SETTINGS });
  const simulator = closing.register('simulator', await starting, (each) => each.close());
  const parts = { home, simulator, redisUrl: redis.url, port };
  return { home, url, lastNow, simulator, start: createStart(parts, closing), report };
}

/** A worker starts and loads its models long enough to be seen, and a sample is large enough for a viewer. */
const SIMULATOR_SETTINGS = { SIMULATOR_LOADING_MS: '60000', SIMULATOR_SAMPLE_PX: '320' };

type StartParts = Omit<Parameters<typeof toEnvironment>[0], 'anchorMs' | 'factor'>;

function createStart(parts: StartParts, closing: CloseStack): Scene['start'] {
  const file = createWriteStream(join(parts.home.dir, 'trainyard.log'), { flags: 'a' });
  closing.register('log', file, () => new Promise<void>((done) => file.end(done)));
  let now = (): number | undefined => undefined;
  closing.register('time', parts.home.dir, async (dir) => {
    const lastNow = now();
    if (lastNow !== undefined) await writeLastNow(dir, lastNow);
  });
  return async (factor, scaledNow) => {
    const anchorMs = toAnchor(Date.now(), scaledNow, factor);
    const readNow = (): number => Math.floor(anchorMs + (Date.now() - anchorMs) * factor);
    now = readNow;
    const env = { ...toEnvironment({ ...parts, anchorMs, factor }), BUDGET_MONTH_USD: '150' };
    const { kill } = await startProcesses({ env, closing, log: file });
    return { now: readNow, kill };
  };
}

/** Plays the past, stops the time while the processes are replaced, and plays the present. */
async function playScene({ url, simulator, start, report }: Scene): Promise<void> {
  const server = createSceneServer(url);
  const past = await start(PAST_FACTOR, Date.now() - PAST_MS);
  report(`Playing the past, ${PAST_FACTOR} times as fast:`);
  await playPast({ server, simulator, report });
  const stoppedAt = past.now();
  await Promise.all([
    past.kill(),
    simulator.control('PUT', 'time-scale', { time_scale: 1 / PRESENT_FACTOR }),
  ]);
  report(`Starting the processes again, ${PRESENT_FACTOR} times as fast:`);
  await start(PRESENT_FACTOR, stoppedAt);
  await playPresent({ server, simulator, report });
}

async function continueScene({ start, report }: Scene, lastNow: number): Promise<void> {
  report('Continuing the scene of an earlier demo; the simulator has forgotten its runs.');
  await start(PRESENT_FACTOR, lastNow);
}

function readyLines({ url, simulator, home }: Scene): readonly string[] {
  return [
    '',
    `Studio          ${url}`,
    `Documentation   ${url}/docs`,
    `Bull Board      ${url}/admin/queues`,
    `Simulator       ${simulator.baseUrl}`,
    `Log             ${join(home.dir, 'trainyard.log')}`,
    '',
    `Simulated time, ${PRESENT_FACTOR} times as fast: 50 min of training take ${(50 * 60) / PRESENT_FACTOR} s. The simulator uses no GPU and costs nothing.`,
    'Running until Ctrl-C. In a second terminal:',
    `  export TRAINYARD_URL=${url}`,
    '  npx trainyard list',
    `Commands that open the store themselves: npx trainyard export DIR --data ${home.dir}`,
  ];
}
