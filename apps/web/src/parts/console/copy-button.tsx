import { Copy } from 'lucide-react';
import { Button } from '../controls/button.tsx';
import { showToast } from '../messages/toast.tsx';

/** Properties of a copy button. */
export interface CopyButtonProps {
  readonly text: string;
  /** What is copied: `training id`. */
  readonly what: string;
  /** Visible text; an icon alone by default. */
  readonly children?: string;
}

/** Copies a text to the clipboard and reports it; a browser without a clipboard refuses with a message. */
export function CopyButton({ text, what, children }: CopyButtonProps) {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      showToast(`Copied: ${what}`);
    } catch {
      showToast('The browser does not allow this page to copy. Select the text and copy it.');
    }
  };
  return (
    <Button
      kind={children ? 'secondary' : 'quiet'}
      label={children ?? `Copy ${what}`}
      onClick={() => void copy()}
    >
      <Copy size={14} aria-hidden />
      {children}
    </Button>
  );
}
