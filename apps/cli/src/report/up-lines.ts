import type { Settings } from '@trainyard/runtime';

/** The facts that `trainyard up` reports on a terminal. */
export interface UpFacts {
  readonly url: string;
  /** Path of the log file. */
  readonly file: string;
  /** Path of the data folder. */
  readonly home: string;
  readonly settings: Pick<
    Settings,
    'GATEWAY_BASE_URL' | 'NGROK_AUTHTOKEN' | 'API_KEYS' | 'OBJECT_STORE_URL' | 'warnings'
  >;
  /** The trainings of an earlier process. */
  readonly resumed: { readonly liveRuns: number; readonly queued: number };
}

/** Lines with the addresses, the trainings that continue, and the way in which results arrive. */
export function upLines({ url, file, home, settings, resumed }: UpFacts): readonly string[] {
  return [
    ...settings.warnings.map(({ message }) => `! ${message}`),
    'Trainyard is running until Ctrl-C:',
    `  API             ${url}`,
    `  Documentation   ${url}/docs`,
    `  Bull Board      ${url}/admin/queues`,
    `  Object store    ${settings.OBJECT_STORE_URL}`,
    `  Data            ${home}`,
    `  Log             ${file}`,
    describeResumed(resumed),
    describeCallback(settings),
    settings.API_KEYS ? '' : 'No API keys: the server answers requests from this machine only.',
  ].filter((line) => line !== '');
}

function describeResumed({ liveRuns, queued }: UpFacts['resumed']): string {
  if (liveRuns === 0 && queued === 0) return 'No training is queued or live.';
  const runs = `${liveRuns} live ${liveRuns === 1 ? 'run' : 'runs'}`;
  return `Resumed: ${runs}, ${queued} queued ${queued === 1 ? 'training' : 'trainings'}.`;
}

function describeCallback({
  GATEWAY_BASE_URL: publicUrl,
  NGROK_AUTHTOKEN: token,
}: UpFacts['settings']): string {
  if (publicUrl !== undefined) return `RunPod calls ${publicUrl} when a run ends.`;
  const setting = token === undefined ? 'set GATEWAY_BASE_URL, or NGROK_AUTHTOKEN and then ' : '';
  return `No public address: results are found by polling. For webhooks ${setting}run \`npx trainyard tunnel start\`.`;
}
