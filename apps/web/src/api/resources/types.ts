import type {
  actorDetailSchema,
  actorPageSchema,
  actorSummarySchema,
  liveEventSchemas,
  sessionSchema,
  styleDetailSchema,
  stylePageSchema,
  trainingEventsSchema,
  trainingPageSchema,
} from '@trainyard/contracts';

/** The output of a zod schema, read from its type: the studio loads no schema as code. */
export type Output<Schema extends { readonly _zod: { readonly output: unknown } }> = Schema['_zod']['output'];

/** Access of the caller and clock of the server. */
export type Session = Output<typeof sessionSchema>;
/** Page of the list of trainings. */
export type TrainingPage = Output<typeof trainingPageSchema>;
/** Events of a training, oldest first. */
export type TrainingEvents = Output<typeof trainingEventsSchema>;
/** Actor in a list: without the addresses of its images, with figures of its models. */
export type ActorSummary = Output<typeof actorSummarySchema>;
/** Page of the list of actors. */
export type ActorPage = Omit<Output<typeof actorPageSchema>, 'actors'> & {
  readonly actors: readonly ActorSummary[];
};
/** Actor with its eligibility and a summary of its versions. */
export type ActorDetail = Output<typeof actorDetailSchema>;
/** Page of the list of styles. */
export type StylePage = Output<typeof stylePageSchema>;
/** Style with a summary of its versions. */
export type StyleDetail = Output<typeof styleDetailSchema>;
/** Data of a live event. */
export type LiveData<Name extends keyof typeof liveEventSchemas> = Output<(typeof liveEventSchemas)[Name]>;
