export * from './settings.ts';
export * from './test-system.ts';
