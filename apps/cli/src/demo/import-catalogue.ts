import { importFolder, type Log } from '@trainyard/application';
import { openDocuments, type Settings } from '@trainyard/runtime';
import { importLines } from '../report/import-report.ts';
import { openFolder } from '../terminal/folder.ts';

/** The demo that receives a catalogue. */
interface ImportTarget {
  readonly settings: Settings;
  readonly log: Log;
  readonly report: (text: string) => void;
}

/** Imports a folder of the legacy tools into the store of the demo; the folder is only read. Throws UsageError. */
export async function importCatalogue(path: string, { settings, log, report }: ImportTarget): Promise<void> {
  const source = await openFolder(path);
  const documents = await openDocuments(settings, { access: 'write', log });
  try {
    const imported = await importFolder(documents, source, {
      images: true,
      takeFlags: false,
      onProgress: () => undefined,
    });
    const view = { address: documents.address, dryRun: false };
    for (const line of importLines(imported, view)) report(line);
  } finally {
    await documents.close();
  }
}
