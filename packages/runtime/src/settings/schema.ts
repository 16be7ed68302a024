import { z } from 'zod';
import { budgets } from './sections/budgets.ts';
import { compute } from './sections/compute.ts';
import { http } from './sections/http.ts';
import { notifications } from './sections/notifications.ts';
import { stores } from './sections/stores.ts';
import { client, system } from './sections/system.ts';
import { containerSettings, trainings } from './sections/trainings.ts';

/** Every setting of the servers by its name (SPEC §14), but for the `SB_HP_*` numbers, which the domain reads. */
export const settingsSchema = z.object({
  ...compute,
  ...stores,
  ...http,
  ...trainings,
  ...containerSettings,
  ...notifications,
  ...budgets,
  ...system,
});

/** The settings as they were read, under their own names. */
export type ParsedSettings = z.output<typeof settingsSchema>;

/** The settings of the command line. */
export const clientSettingsSchema = z.object(client);
