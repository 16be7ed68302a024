/** Whether the build of the studio was made from the present sources. */
export function isStudioBuilt(root: string): boolean;

/** Builds the studio with this Node unless its build is current. Throws PrepareError with the output of Vite. */
export function prepareStudio(root: string, node: string): void;
