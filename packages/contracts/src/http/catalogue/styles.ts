import { z } from 'zod';

/** A style of the catalogue. */
export const styleViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  poster: z.string().nullable(),
  trigger: z.string().nullable(),
  custom_models_good: z.boolean(),
});
export type StyleView = z.infer<typeof styleViewSchema>;

export const stylePageSchema = z.object({
  styles: z.array(styleViewSchema),
  next_cursor: z.string().nullable(),
});
