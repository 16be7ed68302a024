import * as contracts from '@trainyard/contracts';
import { z } from 'zod';

/** Components whose name differs from that of their schema. */
const NAMES: Readonly<Record<string, string>> = {
  actorViewSchema: 'Actor',
  deliveryViewSchema: 'Delivery',
  openedSessionSchema: 'OpenedSession',
  styleViewSchema: 'Style',
  trainingViewSchema: 'Training',
  versionViewSchema: 'Version',
};

/** Parameters are listed one by one, and stored documents are no part of the API. */
const NOT_A_COMPONENT = /(Query|Params|Headers|Document)Schema$/;

/**
 * Registers every object, enumeration and union that the contracts export as a component of the document, named after its
 * schema: `trainingPageSchema` becomes `TrainingPage`.
 */
export function registerComponents(): void {
  for (const [name, schema] of Object.entries(contracts)) {
    if (!(schema instanceof z.ZodType) || !name.endsWith('Schema') || NOT_A_COMPONENT.test(name)) continue;
    if (['object', 'enum', 'union'].includes(schema.def.type))
      registerComponent(NAMES[name] ?? toName(name), schema);
  }
  for (const [event, schema] of Object.entries(contracts.liveEventSchemas))
    registerComponent(`${toPascalCase(event)}Event`, schema);
  for (const message of contracts.notificationPayloadSchema.options)
    registerComponent(`${toPascalCase(getMessageGroup(message))}Message`, message);
}

function toName(schemaName: string): string {
  return toPascalCase(schemaName.replace(/Schema$/, ''));
}

/** Converts `training.needs_attention` to `TrainingNeedsAttention`. */
export function toPascalCase(name: string): string {
  return name.replaceAll(/(?:^|[._-])(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Adds a component unless the schema is one already. Throws when a different schema has the name. */
function registerComponent(id: string, schema: z.ZodType): void {
  const meta = z.globalRegistry.get(schema);
  if (meta?.id !== undefined) return;
  const known = [...z.globalRegistry._idmap.keys()];
  if (known.includes(id)) throw new Error(`Two schemas have the name ${id} in the OpenAPI document`);
  z.globalRegistry.add(schema, { ...meta, id });
}

/** Group of the message types that share a schema: `training` of `training.completed`. */
export function getMessageGroup(
  message: (typeof contracts.notificationPayloadSchema.options)[number],
): string {
  const [type = ''] = message.shape.type.options;
  return type.slice(0, type.indexOf('.'));
}

/** Reference to a component. */
export function referSchema(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}
