import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { type CloseStack, createConfiguredClock, readSettings, type Settings } from '@trainyard/runtime';
import { createEmbeddedLog, type Home } from '../embedded/home.ts';
import { startRedis } from '../embedded/redis.ts';
import { startTrainyard, type Trainyard } from '../embedded/trainyard.ts';
import { computeAnchor, openDemoFolder, readLastNow, writeLastNow, writeSampleOnce } from './demo-folder.ts';
import { type DispatcherProcess, startDispatcherProcess } from './dispatcher.ts';
import { importCatalogue } from './import-catalogue.ts';
import { type SimulatorProcess, startSimulator } from './simulator.ts';

/** The running parts of the demo. */
export interface OpenDemo {
  readonly home: Home;
  readonly settings: Settings;
  readonly simulator: SimulatorProcess;
  readonly trainyard: Trainyard;
  readonly dispatcher: DispatcherProcess;
  /** The scaled time of the demo. Epoch ms. */
  readonly now: () => number;
}

/** Options of {@link openDemo}. */
export interface OpenDemoOptions {
  /** Data folder; without it a temporary folder that is deleted at the end. */
  readonly data?: string;
  /** Port of the API; a free port by default. */
  readonly port?: number;
  /** Folder with a catalogue of the legacy tools, imported instead of the sample. */
  readonly catalogue?: string;
  readonly closing: CloseStack;
  /** Receives a line for each step. */
  readonly report: (text: string) => void;
}

/** Opens all parts and registers them with `closing`, also if a later part fails. */
export async function openDemo(options: OpenDemoOptions): Promise<OpenDemo> {
  const { closing, report } = options;
  const home = await openDemoFolder(options);
  const anchorMs = computeAnchor(Date.now(), await readLastNow(home.dir), DEMO_FACTOR);
  const redis = closing.register('redis server', await startRedis(home.redisDir), (each) => each.close());
  report(`Started Redis at ${redis.url}.`);
  if (options.catalogue === undefined) await writeSampleOnce(home, report, { sizePx: PICTURE_PX });
  const starting = startSimulator({ storeUrl: home.storeUrl, factor: DEMO_FACTOR });
  const simulator = closing.register('simulator', await starting, (each) => each.close());
  report(`Started a RunPod simulator at ${simulator.baseUrl}: 8 workers.`);
  const env = toEnvironment({ home, simulator, redisUrl: redis.url, anchorMs, port: options.port ?? 0 });
  const settings = readSettings(env);
  const { now } = createConfiguredClock(settings);
  closing.register('time', home.dir, (dir) => writeLastNow(dir, now()));
  const { file, log } = openLog(settings, home, closing);
  if (options.catalogue !== undefined) await importCatalogue(options.catalogue, { settings, log, report });
  const opening = startTrainyard({ settings, log, localWebhooks: true, dispatcher: false });
  const trainyard = closing.register('trainyard', await opening, (each) => each.close());
  const dispatcher = await startDispatcherProcess({
    env: { ...env, GATEWAY_BASE_URL: trainyard.api.url },
    closing,
    log: file,
  });
  return { home, settings, simulator, trainyard, dispatcher, now };
}

/** The parts that the settings of the demo name. */
export interface DemoParts {
  readonly home: Home;
  readonly simulator: SimulatorProcess;
  readonly redisUrl: string;
  readonly anchorMs: number;
  readonly port: number;
  readonly factor?: number;
}

/** Settings of the demo's processes; the environment of the user is ignored. */
export function toEnvironment({
  home,
  simulator,
  redisUrl,
  anchorMs,
  port,
  factor = DEMO_FACTOR,
}: DemoParts): Readonly<Record<string, string>> {
  return {
    MODEL_TRAINING_RUNPOD_API_KEY: simulator.apiKey,
    MODEL_TRAINING_RUNPOD_ENDPOINT_ID: simulator.endpointId,
    RUNPOD_ENDPOINT_BASE_URL: simulator.baseUrl,
    REDIS_URL: redisUrl,
    OBJECT_STORE_URL: home.storeUrl,
    WEBHOOK_SECRET: home.webhookSecret,
    GPU_TYPE: 'A100',
    PORT: String(port),
    TIME_FACTOR: String(factor),
    TIME_ANCHOR_MS: String(anchorMs),
  };
}

function openLog(settings: Settings, { dir }: Home, { register }: CloseStack) {
  const file = createWriteStream(join(dir, 'trainyard.log'), { flags: 'a' });
  register('log', file, () => new Promise<void>((resolve) => file.end(resolve)));
  return { file, log: createEmbeddedLog(settings, file) };
}

/** The report of the demo shows no picture, so that small ones save time. */
const PICTURE_PX = 96;

/** Time factor of the demo: 50 min pass in 15 s. */
export const DEMO_FACTOR = 200;
