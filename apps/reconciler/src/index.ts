export { type Reconciler, type ReconcilerOptions, startReconciler } from './reconciler.ts';
