import { useRouter } from '@tanstack/react-router';
import { useRef } from 'react';

/** The open picture in the address of a page: opening adds an entry of the history, moving replaces it, closing goes back. */
export interface OpenPicture {
  readonly open: (value: string) => void;
  readonly move: (value: string) => void;
  readonly close: () => void;
}

/** Creates the moves of an open picture. @param write writes its value into the address */
export function useOpenPicture(write: (value: string | undefined, replace: boolean) => void): OpenPicture {
  const { history } = useRouter();
  const opened = useRef(false);
  return {
    open: (value) => {
      opened.current = true;
      write(value, false);
    },
    move: (value) => write(value, true),
    close: () => {
      if (opened.current) history.back();
      else write(undefined, true);
      opened.current = false;
    },
  };
}
