/**
 * Loaded into a process of ours before its own code (`node --import`): makes its clock jump, its object store fail and
 * itself stop at a named point when its weather says so. Nothing of this stands in the code that is run in production.
 */
import { watch } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { weatherPlace } from '../../env.ts';
import { FAIR, markStopped, type NamedPoint, readWeather } from './weather.ts';

const { file, storeDir } = weatherPlace();
let weather = readWeather(file) ?? FAIR;
watch(file, { persistent: false }, () => {
  weather = readWeather(file) ?? weather;
});

const RealDate = Date;
const now = (): number => RealDate.now() + weather.clockOffsetMs;
class JumpingDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [now()] : given) as [number]));
  }
  static override now(): number {
    return now();
  }
}
globalThis.Date = JumpingDate as DateConstructor;

type Call = (path: unknown, ...rest: unknown[]) => Promise<unknown>;
const calls = files as unknown as Record<string, Call>;
const strike = (name: string): void => {
  const real = calls[name];
  if (!real) return;
  calls[name] = (path, ...rest) =>
    weather.storeDown && String(path).startsWith(storeDir)
      ? Promise.reject(Object.assign(new Error(`EBUSY: the store is down, ${name}`), { code: 'EBUSY' }))
      : real(path, ...rest);
};
for (const name of ['open', 'rename', 'unlink', 'mkdir', 'readdir', 'opendir', 'stat']) strike(name);
syncBuiltinESMExports();

/** A point is known by the change that is being sent to Redis; the process stops before or after it is on its way. */
const POINTS: { readonly [P in NamedPoint]: { readonly word: string; readonly stops: 'before' | 'after' } } =
  {
    after_accepted_saved: { word: '"type":"accepted"', stops: 'after' },
    after_slot_taken: { word: '"type":"submission_started"', stops: 'after' },
    before_end_saved: { word: '"type":"output_verified"', stops: 'before' },
  };
type Write = (chunk: unknown, ...rest: unknown[]) => boolean;
const sockets = Socket.prototype as unknown as { write: Write };
const { write } = sockets;
const stop = (): void => {
  weather = { ...weather, stopAt: undefined };
  markStopped(file);
  process.kill(process.pid, 'SIGSTOP');
};
sockets.write = function (chunk, ...rest) {
  const point = weather.stopAt && POINTS[weather.stopAt];
  const isHere = point !== undefined && String(chunk).includes(point.word);
  if (isHere && point.stops === 'before') stop();
  const written = write.call(this, chunk, ...rest);
  if (isHere && point.stops === 'after') stop();
  return written;
};
