import { useMutation } from '@tanstack/react-query';
import type { modelLinkSchema } from '@trainyard/contracts';
import { Check, Copy, Download } from 'lucide-react';
import { useState } from 'react';
import { request } from '../../../api/http/request.ts';
import type { Output } from '../../../api/resources/types.ts';
import type { Version } from '../../../api/resources/versions.ts';
import { Button } from '../../../parts/controls/button.tsx';
import { formatBytes } from '../../../parts/words/format.ts';
import { toVisibleText } from '../../../parts/words/visible-text.ts';
import styles from './download.module.css';

/** Download of the model of a version; a model that Trainyard does not serve shows its address. */
export function ModelDownload({ version }: { readonly version: Version }) {
  const { status, training_id: id, verified, loraUrl } = version;
  if (status !== 'completed') return null;
  if (id !== undefined && verified !== false) return <ServedModel version={version} trainingId={id} />;
  return loraUrl === undefined ? null : <ModelAddress address={loraUrl} />;
}

interface ServedModelProps {
  readonly version: Version;
  readonly trainingId: string;
}

/** The link is asked for first, so that a refusal stays on the page. */
function ServedModel({ version, trainingId }: ServedModelProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      request<Output<typeof modelLinkSchema>>(
        `/api/trainings/${encodeURIComponent(trainingId)}/model?link=true`,
      ),
    onSuccess: ({ url }) => location.assign(url),
  });
  const { name, size_bytes: size, loraUrl } = version;
  const text = size === undefined ? 'Download' : `Download ${formatBytes(size)}`;
  return (
    <>
      <Button label={`${text}: ${name}`} busy={isPending} onClick={() => mutate()}>
        <Download size={16} aria-hidden />
        {text}
      </Button>
      {error && (
        <div className={styles.refused}>
          <p>{error.message}</p>
          {loraUrl !== undefined && <ModelAddress address={loraUrl} />}
        </div>
      )}
    </>
  );
}

/** Address of a model as text, with Copy. */
function ModelAddress({ address }: { readonly address: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(address);
    setCopied(true);
  };
  return (
    <p className={styles.address}>
      <span className="muted small">Model at</span> <code>{toVisibleText(address)}</code>
      <Button label="Copy the address of the model" onClick={() => void copy()}>
        {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </p>
  );
}
