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

const stop = (point: NamedPoint): void => {
  weather = { ...weather, points: weather.points.filter(({ id }) => id !== point.id) };
  markStopped(file, point);
  process.kill(process.pid, 'SIGSTOP');
};
const pointOf = (asked: unknown): NamedPoint | undefined => {
  if (weather.points.length === 0) return undefined;
  const text = String(asked);
  return weather.points.find(({ words }) => words.every((word) => text.includes(word)));
};

type Call = (path: unknown, ...rest: unknown[]) => Promise<unknown>;
const calls = files as unknown as Record<string, Call>;
const strike = (name: string): void => {
  const real = calls[name];
  if (!real) return;
  calls[name] = (path, ...rest) => {
    if (!String(path).startsWith(storeDir)) return real(path, ...rest);
    const point = pointOf(path);
    if (point?.stops === 'before') stop(point);
    return weather.storeDown
      ? Promise.reject(Object.assign(new Error(`EBUSY: the store is down, ${name}`), { code: 'EBUSY' }))
      : real(path, ...rest);
  };
};
for (const name of ['open', 'rename', 'unlink', 'mkdir', 'readdir', 'opendir', 'stat']) strike(name);
syncBuiltinESMExports();

type Write = (chunk: unknown, ...rest: unknown[]) => boolean;
const sockets = Socket.prototype as unknown as { write: Write };
const { write } = sockets;
sockets.write = function (chunk, ...rest) {
  const point = pointOf(chunk);
  if (point?.stops === 'before') stop(point);
  const written = write.call(this, chunk, ...rest);
  if (point?.stops === 'after') stop(point);
  return written;
};
