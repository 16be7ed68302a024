/** Installs Debian packages without recommended packages and without starting their services. Throws PrepareError. */
export function installByApt(...packages: readonly string[]): void;
