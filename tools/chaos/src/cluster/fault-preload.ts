/**
 * Loaded into a process before its own code (`node --import`). Applies the fault settings: shifts the clock, fails the
 * object store and stops the process at fault points. The production code contains no part of this.
 */
import { watch } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { readFaultEnv } from './env.ts';
import { type FaultPoint, NO_FAULTS, readFaultSettings, writeStopMarker } from './fault-settings.ts';

const { file, storeDir } = readFaultEnv();
let faultSettings = readFaultSettings(file) ?? NO_FAULTS;
watch(file, { persistent: false }, () => {
  faultSettings = readFaultSettings(file) ?? faultSettings;
});

const RealDate = Date;
function now(): number {
  return RealDate.now() + faultSettings.clockOffsetMs;
}
class OffsetDate extends RealDate {
  constructor(...args: readonly unknown[]) {
    super(...((args.length === 0 ? [now()] : args) as [number]));
  }
  static override now(): number {
    return now();
  }
}
globalThis.Date = OffsetDate as DateConstructor;

function stopAt(point: FaultPoint): void {
  faultSettings = { ...faultSettings, points: faultSettings.points.filter(({ id }) => id !== point.id) };
  writeStopMarker(file, point);
  process.kill(process.pid, 'SIGSTOP');
}
function findPoint(input: unknown): FaultPoint | undefined {
  if (faultSettings.points.length === 0) return undefined;
  const text = String(input);
  return faultSettings.points.find(({ substrings }) => substrings.every((word) => text.includes(word)));
}

type Call = (path: unknown, ...rest: unknown[]) => Promise<unknown>;
const fsFunctions = files as unknown as Record<string, Call>;
function patchFsFunction(name: string): void {
  const real = fsFunctions[name];
  if (!real) return;
  fsFunctions[name] = (path, ...rest) => {
    if (!String(path).startsWith(storeDir)) return real(path, ...rest);
    const point = findPoint(path);
    if (point?.stops === 'before') stopAt(point);
    return faultSettings.storeDown
      ? Promise.reject(
          Object.assign(new Error(`EBUSY: the object store is unavailable, ${name}`), { code: 'EBUSY' }),
        )
      : real(path, ...rest);
  };
}
for (const name of ['open', 'rename', 'unlink', 'mkdir', 'readdir', 'opendir', 'stat']) patchFsFunction(name);
syncBuiltinESMExports();

type Write = (chunk: unknown, ...rest: unknown[]) => boolean;
const sockets = Socket.prototype as unknown as { write: Write };
const { write } = sockets;
sockets.write = function (chunk, ...rest) {
  const point = findPoint(chunk);
  if (point?.stops === 'before') stopAt(point);
  const written = write.call(this, chunk, ...rest);
  if (point?.stops === 'after') stopAt(point);
  return written;
};
