/** The addresses that RunPod is given; nobody else's. */
export const WEBHOOK_PATHS = ['/core/training-webhooks/runpod-serverless', '/api/training-webhook'] as const;

/**
 * What to do with a webhook that the seeds' tools send along (SPEC §5.2): one that leads to us is ours to give
 * and so dropped; another is told when the training ends.
 */
export function resolveCallerWebhook(
  webhook: string | undefined,
  ownHosts: readonly string[],
): { readonly notifyUrl?: string; readonly dropped: boolean } {
  if (webhook === undefined) return { dropped: false };
  const { host, pathname } = new URL(webhook);
  const path = pathname.replace(/\/+$/, '');
  const ours =
    ownHosts.some((own) => own.toLowerCase() === host) || WEBHOOK_PATHS.some((each) => path.endsWith(each));
  return ours ? { dropped: true } : { notifyUrl: webhook, dropped: false };
}
