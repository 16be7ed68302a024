import { fileURLToPath } from 'node:url';
import { type App, type FleetProcess, startProcess } from '../../fleet/process.ts';
import { atExit } from './at-exit.ts';
import {
  FAIR,
  hasStopped,
  type NamedPoint,
  STORE_DIR,
  WEATHER_FILE,
  type Weather,
  writeWeather,
} from './weather.ts';

/** One place in the yard, which a process fills; when that one dies, another follows, as under any supervisor. */
export interface Member {
  readonly name: string;
  readonly app: App;
  /** How often it ended though nobody had ended it. */
  ownEnds(): number;
  /** Ends it now; nobody follows before `revive`. */
  kill(): Promise<void>;
  revive(): void;
  freeze(): void;
  thaw(): void;
  /** Ends it for good. */
  close(): Promise<void>;
  /** Changes what it and its successors see of the world. */
  see(change: Partial<Weather>): void;
  /** Has it stop itself when it comes to a point. */
  stopAt(point: NamedPoint): void;
  /** Lets it pass the point. */
  passOn(point: NamedPoint): void;
  /** Whether it has come to the point and stopped there. */
  stands(point: NamedPoint): boolean;
}

export interface MemberPlan {
  readonly name: string;
  readonly app: App;
  /** Where it begins; as in production unless told. */
  readonly main?: string | undefined;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

const PRELOAD = new URL('./weather-preload.ts', import.meta.url).href;
const COMPILE_CACHE = fileURLToPath(new URL('../../../../../node_modules/.cache/chaos', import.meta.url));
/** How soon a supervisor starts a process again that ended by itself. Real ms. */
const RESTART_AFTER_MS = 200;

/** Fills a place. */
export const startMember = ({ name, app, main, dir, env }: MemberPlan): Member => {
  const file = `${dir}/${name}.weather.json`;
  const settings = {
    ...env,
    NODE_OPTIONS: `--import=${PRELOAD}`,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    [WEATHER_FILE]: file,
    [STORE_DIR]: `${dir}/store`,
  };
  let weather = FAIR;
  let wanted = true;
  let current: FleetProcess;
  let ownEnds = 0;
  const start = (): void => {
    const started = startProcess(app, settings, `${dir}/${name}.log`, main);
    current = started;
    void started.ended.then(() => {
      if (!wanted || current !== started) return;
      ownEnds += 1;
      setTimeout(() => wanted && current === started && start(), RESTART_AFTER_MS);
    });
  };
  const kill = async (): Promise<void> => {
    wanted = false;
    await current.kill();
  };
  const see = (change: Partial<Weather>): void => {
    weather = { ...weather, ...change };
    writeWeather(file, weather);
  };
  const forget = atExit(() => current.signal('SIGKILL'));
  writeWeather(file, weather);
  start();
  return {
    name,
    app,
    ownEnds: () => ownEnds,
    kill,
    close: async () => {
      await kill();
      forget();
    },
    revive: () => {
      if (wanted) return;
      wanted = true;
      start();
    },
    freeze: () => current.signal('SIGSTOP'),
    thaw: () => current.signal('SIGCONT'),
    stands: (point) => hasStopped(file, point),
    stopAt: (point) => see({ points: [...weather.points, point] }),
    passOn: ({ id }) => see({ points: weather.points.filter((each) => each.id !== id) }),
    see,
  };
};
