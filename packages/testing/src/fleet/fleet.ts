import { mkdir } from 'node:fs/promises';
import { createLog, type OpenDeps, openDeps, readSettings } from '@trainyard/runtime';
import { freePort } from '../redis/free-port.ts';
import { type App, type FleetProcess, startProcess, waitUntilListening } from './process.ts';
import { type FleetPlan, toProcessSettings, toSimulatorSettings } from './settings.ts';
import { createSimulatorControl, type SimulatorControl } from './simulator-control.ts';

/** Trainyard in several processes, as in production, against a simulator. */
export interface Fleet extends OpenDeps {
  /** History of the simulator as lines of JSON. */
  readonly historyFile: string;
  readonly simulator: SimulatorControl;
  /**
   * Starts a process of an app.
   * @param more additional environment of this process
   */
  start(app: Exclude<App, 'runpod-simulator'>, more?: Readonly<Record<string, string>>): FleetProcess;
  /** Starts a successor of a killed process. */
  replace(process: FleetProcess): FleetProcess;
  /** Processes of an app that were started and not replaced. */
  listRunning(app: App): readonly FleetProcess[];
}

/**
 * Starts a simulator and opens the state store and the object store for the caller, who starts the other processes.
 * Throws when the simulator does not listen within 60 s.
 */
export async function startFleet(plan: FleetPlan): Promise<Fleet> {
  await mkdir(`${plan.dir}/store`, { recursive: true });
  const port = await freePort();
  const env = toProcessSettings(plan, port);
  const processes = new Set<FleetProcess>();
  const start = (app: App, more: Readonly<Record<string, string>> = {}): FleetProcess => {
    const settings = app === 'runpod-simulator' ? toSimulatorSettings(plan, port) : env;
    const started = startProcess(app, { ...settings, ...more }, `${plan.dir}/${app}.log`);
    processes.add(started);
    return started;
  };
  start('runpod-simulator');
  await waitUntilListening(`http://127.0.0.1:${port}/`);
  const open = await openDeps(readSettings(env), { log: createLog({ name: 'fleet', level: 'silent' }) });
  return {
    ...open,
    historyFile: `${plan.dir}/history.jsonl`,
    simulator: createSimulatorControl(port),
    start,
    replace: (old) => {
      processes.delete(old);
      return start(old.app);
    },
    listRunning: (app) => [...processes].filter((each) => each.app === app),
    close: async () => {
      const ours = [...processes].filter(({ app }) => app !== 'runpod-simulator');
      await Promise.all(ours.map((each) => each.stop()));
      await Promise.all([...processes].map((each) => each.stop()));
      await open.close();
    },
  };
}
