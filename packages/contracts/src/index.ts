export * from './documents/index.ts';
export * from './http/index.ts';
