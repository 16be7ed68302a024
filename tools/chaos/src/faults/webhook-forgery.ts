import { createWebhookToken } from '@trainyard/application';
import type { Training } from '@trainyard/domain';
import { WEBHOOK_PATH } from '@trainyard/runtime';
import { WEBHOOK_SECRET } from '../cluster/cluster.ts';
import { type InjectionContext, type Injector, waitForTraining } from '../injection/context.ts';

/** A webhook that the provider did not send. */
interface WebhookForgery {
  readonly trainingId: string;
  readonly attempt: number;
  readonly token: string;
  readonly trusted: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a webhook and records it with its marker. Returns the HTTP status; undefined without a response. */
export async function sendForgedWebhook(
  { cluster, eventLog }: InjectionContext,
  marker: string,
  forgery: WebhookForgery,
): Promise<number | undefined> {
  const { trainingId, trusted, body } = forgery;
  const query = new URLSearchParams({
    training: trainingId,
    attempt: String(forgery.attempt),
    token: forgery.token,
  });
  const answer = await cluster.api.callOnce({ method: 'POST', path: `${WEBHOOK_PATH}?${query}`, body });
  eventLog.forgedWebhooks.push({ trainingId, marker, trusted, ...(answer && { httpStatus: answer.status }) });
  return answer?.status;
}

function createForgeries(training: Training, marker: string): readonly WebhookForgery[] {
  const attempt = 'attempt' in training ? (training.attempt?.number ?? 1) : 1;
  const runId =
    'attempt' in training && training.attempt && 'runId' in training.attempt
      ? training.attempt.runId
      : marker;
  const token = createWebhookToken(WEBHOOK_SECRET, training.id, attempt);
  const named = { trainingId: training.id, attempt };
  const success = {
    status: 'COMPLETED',
    output: { status: 'success', loraUrl: `s3://${marker}/lora.safetensors` },
  };
  return [
    { ...named, token, trusted: true, body: { id: runId, ...success } },
    { ...named, token, trusted: true, body: { id: marker, ...success } },
    { ...named, token, trusted: true, body: { id: runId, status: 'CANCELLED', error: marker } },
    {
      ...named,
      token: `${token.slice(1)}x`,
      trusted: false,
      body: { id: runId, status: 'FAILED', error: marker },
    },
    { ...named, attempt: attempt + 1, token, trusted: false, body: { id: marker, ...success } },
  ];
}

function isActive({ status }: Training): boolean {
  return ['submitting', 'unconfirmed', 'submitted', 'running', 'cancelling'].includes(status);
}

/** Sends webhooks with false ends of a live training, with valid and with invalid tokens. */
export const forgeWebhooks: Injector = async (context) => {
  const target = await waitForTraining(context, isActive);
  if (!target) return undefined;
  const at = Date.now();
  const marker = `forged-${Math.floor(context.injection.pick * 1e9)}`;
  for (const forgery of createForgeries(target, marker)) await sendForgedWebhook(context, marker, forgery);
  return { at };
};
