import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** Factors of the zoom; 1 shows the whole picture. */
const FACTORS = [1, 1.5, 2, 3, 4] as const;

/** Zoom of a scrolling stage. It is kept while the picture on the stage changes, so that the same part stays in view. */
export interface Zoom {
  readonly stage: RefObject<HTMLDivElement | null>;
  readonly factor: number;
  readonly canZoomIn: boolean;
  readonly canZoomOut: boolean;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly fit: () => void;
  /** Moves the visible part by shares of the stage. */
  readonly pan: (x: number, y: number) => void;
}

/** Creates the zoom of a stage; a change keeps its center. */
export function useZoom(): Zoom {
  const stage = useRef<HTMLDivElement>(null);
  const center = useRef({ x: 0.5, y: 0.5 });
  const [level, setLevel] = useState(0);
  const change = (next: number): void => {
    if (FACTORS[next] === undefined || next === level) return;
    center.current = readCenter(stage.current);
    setLevel(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the center is restored after each change of the level.
  useLayoutEffect(() => restoreCenter(stage.current, center.current), [level]);
  return {
    stage,
    factor: FACTORS[level] ?? 1,
    canZoomIn: level < FACTORS.length - 1,
    canZoomOut: level > 0,
    zoomIn: () => change(level + 1),
    zoomOut: () => change(level - 1),
    fit: () => change(0),
    pan: (x, y) => {
      const { current } = stage;
      current?.scrollBy(x * current.clientWidth, y * current.clientHeight);
    },
  };
}

function readCenter(stage: HTMLElement | null): { readonly x: number; readonly y: number } {
  if (!stage) return { x: 0.5, y: 0.5 };
  return {
    x: (stage.scrollLeft + stage.clientWidth / 2) / stage.scrollWidth,
    y: (stage.scrollTop + stage.clientHeight / 2) / stage.scrollHeight,
  };
}

function restoreCenter(
  stage: HTMLElement | null,
  { x, y }: { readonly x: number; readonly y: number },
): void {
  if (!stage) return;
  stage.scrollLeft = x * stage.scrollWidth - stage.clientWidth / 2;
  stage.scrollTop = y * stage.scrollHeight - stage.clientHeight / 2;
}
