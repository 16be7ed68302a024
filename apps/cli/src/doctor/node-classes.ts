import { openConfiguredObjectStore, readObjectInfo, type Settings } from '@trainyard/runtime';
import { toErrorMessage } from '../terminal/exit.ts';
import { createFindings, type Finding } from './finding.ts';

const part = createFindings('Node classes');

/** Reads the document of `OBJECT_INFO` and reports each difference from the built-in node classes. */
export async function examineNodeClasses(settings: Settings): Promise<readonly Finding[]> {
  if (settings.OBJECT_INFO === undefined)
    return [part.ok('the 24 built-in classes; OBJECT_INFO allows those of your container')];
  const store = await openConfiguredObjectStore(settings);
  try {
    const info = await readObjectInfo(settings, store);
    const count = Object.keys(info?.declared ?? {}).length;
    return [
      part.ok(`${settings.OBJECT_INFO}: ${count} classes`),
      ...(info?.differences ?? []).map(({ class_type, input, message }) =>
        part.warning(`${[class_type, input].filter(Boolean).join('.')} ${message}`),
      ),
    ];
  } catch (error) {
    return [part.fault(`OBJECT_INFO is unreadable: ${toErrorMessage(error)}`)];
  } finally {
    await store.close();
  }
}
