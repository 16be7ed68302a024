import { fileURLToPath } from 'node:url';
import { type App, type FleetProcess, onExit, startProcess } from '@trainyard/testing/fleet';
import {
  FAULT_SETTINGS_FILE,
  type FaultPoint,
  type FaultSettings,
  hasStopped,
  NO_FAULTS,
  STORE_DIR,
  writeFaultSettings,
} from './fault-settings.ts';

/** One place in the yard, which a process fills; when that one dies, another follows, as under any supervisor. */
export interface SupervisedProcess {
  readonly name: string;
  readonly app: App;
  /** How often it ended though nobody had ended it. */
  countUnexpectedExits(): number;
  /** Ends it now; nobody follows before `revive`. */
  kill(): Promise<void>;
  restart(): void;
  freeze(): void;
  thaw(): void;
  /** Ends it for good. */
  close(): Promise<void>;
  /** Changes what it and its successors see of the world. */
  applyFaultSettings(change: Partial<FaultSettings>): void;
  /** Has it stop itself when it comes to a point. */
  stopAt(point: FaultPoint): void;
  /** Lets it pass the point. */
  clearPoint(point: FaultPoint): void;
  /** Whether it has come to the point and stopped there. */
  isStoppedAt(point: FaultPoint): boolean;
}

export interface SupervisedProcessOptions {
  readonly name: string;
  readonly app: App;
  /** Where it begins; as in production unless told. */
  readonly main?: string | undefined;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

const PRELOAD = new URL('./fault-preload.ts', import.meta.url).href;
const COMPILE_CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/chaos', import.meta.url));
/** How soon a supervisor starts a process again that ended by itself. Real ms. */
const RESTART_AFTER_MS = 200;

/** Fills a place. */
export function startSupervisedProcess({
  name,
  app,
  main,
  dir,
  env,
}: SupervisedProcessOptions): SupervisedProcess {
  const file = `${dir}/${name}.weather.json`;
  const settings = {
    ...env,
    NODE_OPTIONS: `--import=${PRELOAD}`,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    [FAULT_SETTINGS_FILE]: file,
    [STORE_DIR]: `${dir}/store`,
  };
  let faultSettings = NO_FAULTS;
  let wanted = true;
  let current: FleetProcess;
  let unexpectedExits = 0;
  const start = (): void => {
    const started = startProcess(app, settings, `${dir}/${name}.log`, main);
    current = started;
    void started.exited.then(() => {
      if (!wanted || current !== started) return;
      unexpectedExits += 1;
      setTimeout(() => wanted && current === started && start(), RESTART_AFTER_MS);
    });
  };
  const kill = async (): Promise<void> => {
    wanted = false;
    await current.kill();
  };
  const applyFaultSettings = (change: Partial<FaultSettings>): void => {
    faultSettings = { ...faultSettings, ...change };
    writeFaultSettings(file, faultSettings);
  };
  const removeExitHook = onExit(() => current.signal('SIGKILL'));
  writeFaultSettings(file, faultSettings);
  start();
  return {
    name,
    app,
    countUnexpectedExits: () => unexpectedExits,
    kill,
    close: async () => {
      await kill();
      removeExitHook();
    },
    restart: () => {
      if (wanted) return;
      wanted = true;
      start();
    },
    freeze: () => current.signal('SIGSTOP'),
    thaw: () => current.signal('SIGCONT'),
    isStoppedAt: (point) => hasStopped(file, point),
    stopAt: (point) => applyFaultSettings({ points: [...faultSettings.points, point] }),
    clearPoint: ({ id }) =>
      applyFaultSettings({ points: faultSettings.points.filter((each) => each.id !== id) }),
    applyFaultSettings,
  };
}
