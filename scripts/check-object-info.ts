import { readFile } from 'node:fs/promises';
import { argv, env, exit } from 'node:process';
import {
  compareObjectInfo,
  type DeclaredClasses,
  loadWorkflowTemplate,
  type ObjectInfoFinding,
  parseObjectInfo,
} from '../packages/comfyui/src/index.ts';

/**
 * Compares the node schemas with those of a container: `OBJECT_INFO=file npm run check:object-info`, where the file holds
 * the answer of its `GET /object_info`. Exits with 1 on a contradiction, with 2 if the file cannot be read.
 */
const path = env['OBJECT_INFO'] ?? argv[2];
if (path === undefined || path === '') {
  console.error('Set OBJECT_INFO to a file with the answer to GET /object_info of a ComfyUI container');
  exit(2);
}

const { workflow } = await loadWorkflowTemplate();
const neededClasses = Object.values(workflow).map((node) => node.class_type);
const findings = compareObjectInfo({ declared: await readClasses(path), neededClasses });
for (const finding of findings) console.log(formatFinding(finding));
const contradictions = findings.filter((finding) => finding.severity === 'contradiction').length;
console.log(`${contradictions} contradictions, ${findings.length - contradictions} differences`);
exit(contradictions > 0 ? 1 : 0);

async function readClasses(file: string): Promise<DeclaredClasses> {
  try {
    return parseObjectInfo(await readFile(file));
  } catch (error) {
    console.error(`${file} is unreadable: ${error instanceof Error ? error.message : error}`);
    return exit(2);
  }
}

function formatFinding({ severity, class_type, input, message }: ObjectInfoFinding): string {
  return `${severity}: ${class_type}${input === undefined ? '' : `.${input}`} ${message}`;
}
