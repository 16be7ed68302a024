import { parseActor, SAMPLE_ACTORS, SAMPLE_STYLES, type SampleSubjects } from './subjects.ts';

/** An actor whose data have a fault: the caption of one image is empty. */
const FAULTY_ACTOR_ID = '0063';
/** An actor without a model: the scene trains its versions. */
const TRAINED_ACTOR_ID = '0001';
const FAULTY_STYLE_ID = '16';

/**
 * The subjects of the demo scene: those of the sample with faults in the data of an actor and a style, two actors that
 * qualify for auto-train, and actors whose images are not in the object store yet.
 */
export const SCENE_SUBJECTS: SampleSubjects = {
  actors: [
    ...SAMPLE_ACTORS.map((actor) => {
      if (actor.id === FAULTY_ACTOR_ID) return { ...actor, emptyCaptions: [3] };
      return actor.id === TRAINED_ACTOR_ID ? { ...actor, state: 'eligible' as const } : actor;
    }),
    parseActor('0048 african 37 female', 26),
    parseActor('0089 latin 24 male', 18),
    parseActor('0072 asian 36 female', 11, 'not_reviewed'),
    parseActor('0075 european 29 male', 24, 'not_synced'),
    parseActor('0077 latin 44 male', 19, 'not_synced'),
    parseActor('0081 indian 31 female', 28, 'not_synced'),
    parseActor('0084 african 23 male', 16, 'not_synced'),
    parseActor('0088 arabic 27 female', 22, 'not_synced'),
    parseActor('0093 european 66 female', 17, 'not_synced'),
  ],
  styles: SAMPLE_STYLES.map((style) =>
    style.id === FAULTY_STYLE_ID ? { ...style, missingCaptions: [5, 17] } : style,
  ),
};
