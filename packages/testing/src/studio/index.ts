export * from './connection.ts';
export * from './studio-page.ts';
export * from './system.ts';
export * from './start-studio.ts';
