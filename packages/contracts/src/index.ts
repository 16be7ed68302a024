export * from './documents/index.ts';
export * from './http.ts';
