export * from './exit-hooks.ts';
export * from './fleet.ts';
export * from './process.ts';
export * from './settings.ts';
export * from './simulator-control.ts';
