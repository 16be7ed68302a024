import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { HistoryEvent } from '@trainyard/runpod-simulator';

/** The stand-in's history, read along while it is written. */
export interface ProviderTail {
  /** Everything up to now. */
  events(): readonly HistoryEvent[];
  close(): Promise<void>;
}

const CHUNK_BYTES = 64 * 1024;

/** Follows a history file; a last line that is half written comes with the next look. */
export function openProviderTail(file: string): ProviderTail {
  const handle = openSync(file, 'r');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const events: HistoryEvent[] = [];
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    events: () => {
      for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
        const lines = (rest + decoder.write(buffer.subarray(0, read))).split('\n');
        rest = lines.pop() ?? '';
        events.push(...lines.map((line) => JSON.parse(line) as HistoryEvent));
      }
      return events;
    },
    close: async () => closeSync(handle),
  };
}
