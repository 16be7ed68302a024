import { distance } from 'fastest-levenshtein';
import type { SettingFault, SettingsSource } from '../env/parse-env.ts';
import { settingEntries } from './documentation.ts';
import { describeMissingPrice, getUsdPerSecond } from './prices.ts';
import type { ParsedSettings } from './schema.ts';

/**
 * Lists the settings that an operator may have set by mistake: a variable whose name is close to the name of a setting, a
 * switch that removes a protection, and a GPU without a price. Pure; messages contain no secrets.
 */
export function listSettingWarnings(source: SettingsSource, read: ParsedSettings): readonly SettingFault[] {
  const isOff = read.GATE_FAILED_RUNS === 0;
  const message = 'GATE_FAILED_RUNS is 0: any number of paid runs may fail in a row without closing the gate';
  return [
    ...listSimilarNames(source),
    ...(isOff ? [{ name: 'GATE_FAILED_RUNS', message }] : []),
    ...listMissingPrices(read),
  ];
}

function listMissingPrices(read: ParsedSettings): readonly SettingFault[] {
  if (read.GPU_TYPE === undefined || getUsdPerSecond(read) !== undefined) return [];
  return [{ name: 'GPU_TYPE', message: `Costs are unknown: ${describeMissingPrice(read)}` }];
}

/** Short names have too many neighbors: `HOME` is two letters from `HOST`. */
const SHORTEST_NAME = 6;
const LONG_NAME = 10;

/** Former names of settings, which no process reads. */
const RENAMED: ReadonlyMap<string, string> = new Map([['PRIORITY_PERSON', 'PRIORITY_MANUAL']]);

/**
 * Lists the variables that are no settings, but former names of one or close to its name. Pure; messages contain no values.
 */
export function listSimilarNames(source: SettingsSource): readonly SettingFault[] {
  const known = settingEntries().flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const isKnown = new Set(known);
  const unknown = Object.keys(source).filter((name) => name.length >= SHORTEST_NAME && !isKnown.has(name));
  return unknown.flatMap((name) => {
    const renamed = RENAMED.get(name);
    if (renamed !== undefined) return [{ name, message: `${name} is ignored; its name is now ${renamed}` }];
    const maxDistance = name.length < LONG_NAME ? 1 : 2;
    const similar = known.find((each) => distance(name.toUpperCase(), each) <= maxDistance);
    if (similar === undefined) return [];
    return [{ name, message: `${name} is not a setting and is ignored; did you mean ${similar}?` }];
  });
}
