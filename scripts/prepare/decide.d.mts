interface Locked {
  readonly version?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
}
export interface Lockfile {
  readonly packages?: Readonly<Record<string, Locked>>;
}
export function needsInstall(wanted: Lockfile, installed: Lockfile | undefined): boolean;
export function isRedisNewEnough(versionOutput: string | undefined): boolean;
export function chooseRedisSource(machine: {
  readonly redisVersion?: string;
  readonly isRoot: boolean;
  readonly hasApt: boolean;
  readonly hasDocker: boolean;
}): 'present' | 'apt' | 'docker' | 'none';
export function formatMissingRedis(redisVersion: string | undefined): string;
export function chooseBrowserSource(machine: {
  readonly isRoot: boolean;
  readonly hasApt: boolean;
  readonly missing: readonly string[];
}): 'apt' | 'playwright' | 'none';
export function formatMissingProgram(name: string): string;
export function formatMissingPython(): string;
