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

/** A process under a supervisor that restarts it 200 ms after an unexpected exit. */
export interface SupervisedProcess {
  readonly name: string;
  readonly app: App;
  /** Number of exits that the runner did not cause. */
  countUnexpectedExits(): number;
  /** Ends the process with SIGKILL; it stays down until `restart`. */
  kill(): Promise<void>;
  /** Starts the process again after `kill`; otherwise without effect. */
  restart(): void;
  freeze(): void;
  thaw(): void;
  /** Ends the process permanently. */
  close(): Promise<void>;
  /** Changes the fault settings of the process and its successors. */
  applyFaultSettings(change: Partial<FaultSettings>): void;
  /** Stops the process with SIGSTOP when it reaches the point. */
  stopAt(point: FaultPoint): void;
  /** Removes the point; a process that is stopped there stays stopped until `thaw`. */
  clearPoint(point: FaultPoint): void;
  /** Returns true when the process stopped at the point. */
  isStoppedAt(point: FaultPoint): boolean;
}

/** Options of {@link startSupervisedProcess}. */
export interface SupervisedProcessOptions {
  readonly name: string;
  readonly app: App;
  /** Entry file; the `main.ts` of the app by default. */
  readonly main?: string | undefined;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

const PRELOAD = new URL('./fault-preload.ts', import.meta.url).href;
/** Delay before a restart after an unexpected exit. Real ms. */
const RESTART_AFTER_MS = 200;

/** Starts a process with the fault preload and supervises it. It ends with this process at the latest. */
export function startSupervisedProcess(options: SupervisedProcessOptions): SupervisedProcess {
  const { name, app, dir } = options;
  const file = `${dir}/${name}.faults.json`;
  const faults = createFaultControl(file);
  const supervisor = superviseProcess(options, {
    ...options.env,
    NODE_OPTIONS: `--import=${PRELOAD}`,
    [FAULT_SETTINGS_FILE]: file,
    [STORE_DIR]: `${dir}/store`,
  });
  const removeExitHook = onExit(() => supervisor.signal('SIGKILL'));
  return {
    ...{ name, app, ...faults },
    countUnexpectedExits: supervisor.countUnexpectedExits,
    kill: supervisor.kill,
    restart: supervisor.restart,
    close: async () => {
      await supervisor.kill();
      removeExitHook();
    },
    freeze: () => supervisor.signal('SIGSTOP'),
    thaw: () => supervisor.signal('SIGCONT'),
  };
}

type FaultControl = Pick<SupervisedProcess, 'applyFaultSettings' | 'stopAt' | 'clearPoint' | 'isStoppedAt'>;

/** Writes the settings of an undisturbed process, and every later change. */
function createFaultControl(file: string): FaultControl {
  let settings = NO_FAULTS;
  const applyFaultSettings = (change: Partial<FaultSettings>): void => {
    settings = { ...settings, ...change };
    writeFaultSettings(file, settings);
  };
  applyFaultSettings({});
  return {
    applyFaultSettings,
    stopAt: (point) => applyFaultSettings({ points: [...settings.points, point] }),
    clearPoint: ({ id }) => applyFaultSettings({ points: settings.points.filter((each) => each.id !== id) }),
    isStoppedAt: (point) => hasStopped(file, point),
  };
}

/** Starts the process, and restarts it after each exit that `kill` did not cause. */
function superviseProcess(
  { name, app, main, dir }: SupervisedProcessOptions,
  env: Readonly<Record<string, string>>,
) {
  let wanted = true;
  let current: FleetProcess;
  let unexpectedExits = 0;
  const start = (): void => {
    const started = startProcess(app, env, `${dir}/${name}.log`, main);
    current = started;
    void started.exited.then(() => {
      if (!wanted || current !== started) return;
      unexpectedExits += 1;
      setTimeout(() => wanted && current === started && start(), RESTART_AFTER_MS);
    });
  };
  start();
  return {
    signal: (signal: NodeJS.Signals) => current.signal(signal),
    countUnexpectedExits: () => unexpectedExits,
    kill: async () => {
      wanted = false;
      await current.kill();
    },
    restart: () => {
      if (wanted) return;
      wanted = true;
      start();
    },
  };
}
