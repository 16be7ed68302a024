import { mkdir } from 'node:fs/promises';
import { createLog, type OpenDeps, openDeps, readSettings } from '@trainyard/runtime';
import { freePort } from '../redis/free-port.ts';
import { type App, type FleetProcess, startProcess } from './process.ts';
import { type FleetPlan, toProcessSettings, toSimulatorSettings } from './settings.ts';
import { createSimulatorControl, type SimulatorControl } from './simulator-control.ts';

/** Trainyard as it runs in production, in several processes against the stand-in. */
export interface Fleet extends OpenDeps {
  readonly historyFile: string;
  readonly simulator: SimulatorControl;
  /** Starts one more process of this app. @param more settings of this one alone */
  start(app: Exclude<App, 'runpod-simulator'>, more?: Readonly<Record<string, string>>): FleetProcess;
  /** Replaces a process that was killed. */
  replace(process: FleetProcess): FleetProcess;
  listRunning(app: App): readonly FleetProcess[];
}

/** Starts the stand-in and opens the ports for the caller's own use; dispatchers and reconcilers are the caller's to start. */
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
  await waitUntilListening(port);
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

async function waitUntilListening(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/v2/x/health`).catch(() => undefined);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
