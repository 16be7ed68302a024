import { PreconditionFailedError } from '@trainyard/application';
import { openObjectStore } from '../../src/index.ts';

// Appends lines to a document by compare-and-swap and sends a message per written line.
const [url = '', options = '{}', name = '', count = '0'] = process.argv.slice(2);
const store = await openObjectStore(url, JSON.parse(options));

async function append(line: string): Promise<void> {
  for (;;) {
    const found = await store.get('log.txt');
    const text = `${new TextDecoder().decode(found?.body)}${line}\n`;
    try {
      const condition = found ? { ifMatch: found.etag } : ({ ifAbsent: true } as const);
      await store.put('log.txt', text, { condition });
      return;
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error;
    }
  }
}

for (let index = 0; index < Number(count); index++) {
  await append(`${name}-${index}`);
  process.send?.(`${name}-${index}`);
}
await store.close();
process.disconnect?.();
