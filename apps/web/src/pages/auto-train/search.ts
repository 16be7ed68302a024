import { readFlag, readInteger, readText, readWord } from '../../api/search-codec.ts';

/** Plan, filter and open run of the auto-train page in the address. */
export interface AutoTrainSearch {
  readonly limit?: number | undefined;
  readonly all?: true | undefined;
  /** Budget of the run in USD. */
  readonly budget?: number | undefined;
  readonly policy?: string | undefined;
  /** Priority of the trainings of the run. */
  readonly order?: number | undefined;
  /** Sample pictures are on unless they are switched off. */
  readonly samples?: 'off' | undefined;
  readonly unreviewed?: true | undefined;
  /** Reason whose actors are listed; `every` lists all actors. */
  readonly reason?: string | undefined;
  /** The open run. */
  readonly run?: string | undefined;
}

/** Bound of whole numbers in the address; the server checks the bounds of each field. */
const MAX_NUMBER = 999_999_999;

/** Reads the search of the page; an invalid value falls back for its key alone. */
export function readAutoTrainSearch(search: Record<string, unknown>): AutoTrainSearch {
  return {
    limit: readInteger(search['limit'], -MAX_NUMBER, MAX_NUMBER),
    all: readFlag(search['all']),
    budget: readAmount(search['budget']),
    policy: readText(search['policy']),
    order: readInteger(search['order'], -MAX_NUMBER, MAX_NUMBER),
    samples: readWord(search['samples'], ['off']),
    unreviewed: readFlag(search['unreviewed']),
    reason: readText(search['reason']),
    run: readText(search['run']),
  };
}

/** An amount of money: digits with an optional fraction; undefined for every other value. */
export function readAmount(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d{1,9}([.,]\d{1,6})?$/.test(text.trim())) return undefined;
  return Number(text.trim().replace(',', '.'));
}
