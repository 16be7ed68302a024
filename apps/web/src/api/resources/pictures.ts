/** The address of the poster of an actor or style. */
export function toPosterPath(kind: 'actor' | 'style', id: string): string {
  return `/api/${kind}s/${encodeURIComponent(id)}/poster`;
}

/** The address of an image of an actor or style, by its name in the list of images. */
export function toImagePath(kind: 'actor' | 'style', id: string, name: string): string {
  return `/api/${kind}s/${encodeURIComponent(id)}/images/${encodeURIComponent(name)}`;
}

/** The address of a sample picture or loss plot of a training, by its name in the list of pictures. */
export function toTrainingPicturePath(trainingId: string, name: string): string {
  return `/api/trainings/${encodeURIComponent(trainingId)}/pictures/${encodeURIComponent(name)}`;
}

const WIDTHS = [96, 320, 640] as const;

/** The resized forms of a picture, of which the browser chooses by the width of its box and the density of the screen. */
export function toSourceSet(path: string): string {
  return WIDTHS.map((width) => `${path}?w=${width} ${width}w`).join(', ');
}
