import { type ReactNode, useLayoutEffect, useRef } from 'react';

/** Properties of a box that keeps its height. */
export interface HoldHeightProps {
  /** A new value releases the height, for example the chosen filter. */
  readonly release: string;
  readonly children: ReactNode;
}

/** Keeps the greatest height of its content, so that nothing below moves when live changes remove rows. */
export function HoldHeight({ release, children }: HoldHeightProps) {
  const box = useRef<HTMLDivElement>(null);
  const held = useRef({ release, height: 0 });
  useLayoutEffect(() => {
    if (!box.current) return;
    if (held.current.release !== release) held.current = { release, height: 0 };
    box.current.style.minHeight = '0';
    held.current.height = Math.max(held.current.height, box.current.offsetHeight);
    box.current.style.minHeight = `${held.current.height}px`;
  });
  return <div ref={box}>{children}</div>;
}
