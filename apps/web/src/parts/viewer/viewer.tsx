import { ChevronLeft, ChevronRight, Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../dialogs/dialog.tsx';
import { announce } from '../messages/announce.tsx';
import { Stage, type ViewedPicture } from './stage.tsx';
import { useZoom, type Zoom } from './use-zoom.ts';
import styles from './viewer.module.css';

/** Pictures of one version; a picture that the version lacks is the reason. */
export interface ViewerRow {
  /** Name of the version; a viewer with a single row does not show it. */
  readonly name: string;
  readonly pictures: readonly (ViewedPicture | string)[];
}

/** Place of a picture: its row and its column. */
export interface ViewerPlace {
  readonly row: number;
  readonly column: number;
}

/** Properties of the viewer. */
export interface ViewerProps {
  readonly title: string;
  /** One row, or rows whose columns are aligned. */
  readonly rows: readonly ViewerRow[];
  readonly place: ViewerPlace;
  readonly onMove: (place: ViewerPlace) => void;
  readonly onClose: () => void;
  /** Actions on the shown picture. */
  readonly children?: ReactNode;
}

/**
 * Dialog that shows a list of pictures: Left and Right change the picture, Up and Down the row, + and - the zoom, 0 fits the
 * picture. The zoom and the visible part are kept from picture to picture, so that the same place is compared.
 */
export function Viewer({ title, rows, place, onMove, onClose, children }: ViewerProps) {
  const zoom = useZoom();
  const picture = rows[place.row]?.pictures[place.column] ?? 'No picture has this address';
  const move = (by: ViewerPlace): void => {
    const next = step(rows, place, by);
    if (next.row === place.row && next.column === place.column) return;
    onMove(next);
    announce(describePlace(rows, next));
  };
  useViewerKeys(move, zoom);
  return (
    <Dialog open onClose={onClose} title={title} size="wide" initialFocus={zoom.stage}>
      <Stage picture={picture} zoom={zoom} />
      <div className={styles.caption}>
        {typeof picture === 'string' ? <p className="muted">{picture}</p> : picture.text}
      </div>
      <div className={styles.bar}>
        <Steps rows={rows} place={place} move={move} />
        {rows.length > 1 && <RowChoice rows={rows} place={place} move={move} />}
        <ZoomButtons zoom={zoom} />
        {children}
      </div>
    </Dialog>
  );
}

/** Moves within the bounds of the rows. */
function step(rows: readonly ViewerRow[], place: ViewerPlace, by: ViewerPlace): ViewerPlace {
  const row = Math.min(Math.max(place.row + by.row, 0), rows.length - 1);
  const columns = rows[row]?.pictures.length ?? 1;
  return { row, column: Math.min(Math.max(place.column + by.column, 0), Math.max(columns - 1, 0)) };
}

function describePlace(rows: readonly ViewerRow[], { row, column }: ViewerPlace): string {
  const shown = rows[row];
  const picture = shown?.pictures[column];
  const position = `${column + 1} of ${shown?.pictures.length ?? 0}`;
  return `${position}: ${typeof picture === 'string' ? `${shown?.name ?? ''}, ${picture}` : (picture?.alt ?? '')}`;
}

const MOVES: Readonly<Record<string, ViewerPlace>> = {
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
};

/** Share of the stage by which Shift and an arrow move a zoomed picture. */
const PAN = 0.25;

function useViewerKeys(move: (by: ViewerPlace) => void, zoom: Zoom): void {
  const act = useRef((_: KeyboardEvent): boolean => false);
  act.current = (event) => {
    const by = MOVES[event.key];
    if (by && event.shiftKey) zoom.pan(by.column * PAN, by.row * PAN);
    else if (by) move(by);
    else if (event.key === '+' || event.key === '=') zoom.zoomIn();
    else if (event.key === '-') zoom.zoomOut();
    else if (event.key === '0') zoom.fit();
    else return false;
    return true;
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const isTyping = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (act.current(event)) event.preventDefault();
    };
    // The dialog stops keys that bubble.
    addEventListener('keydown', onKey, true);
    return () => removeEventListener('keydown', onKey, true);
  }, []);
}

interface PlaceProps {
  readonly rows: readonly ViewerRow[];
  readonly place: ViewerPlace;
  readonly move: (by: ViewerPlace) => void;
}

function Steps({ rows, place, move }: PlaceProps) {
  const count = rows[place.row]?.pictures.length ?? 0;
  const isFirst = place.column === 0 ? 'This is the first picture' : undefined;
  const isLast = place.column >= count - 1 ? 'This is the last picture' : undefined;
  return (
    <div className={styles.group}>
      <Button label="Previous picture" unavailable={isFirst} onClick={() => move({ row: 0, column: -1 })}>
        <ChevronLeft size={18} aria-hidden />
      </Button>
      <span className={`number ${styles.position}`}>
        {place.column + 1} of {count}
      </span>
      <Button label="Next picture" unavailable={isLast} onClick={() => move({ row: 0, column: 1 })}>
        <ChevronRight size={18} aria-hidden />
      </Button>
    </div>
  );
}

function RowChoice({ rows, place, move }: PlaceProps) {
  return (
    <fieldset className={styles.group}>
      <legend className="visually-hidden">Version</legend>
      {rows.map(({ name }, row) => (
        <Button
          key={name}
          pressed={row === place.row}
          onClick={() => move({ row: row - place.row, column: 0 })}
        >
          {name}
        </Button>
      ))}
    </fieldset>
  );
}

function ZoomButtons({ zoom }: { readonly zoom: Zoom }) {
  const { factor, canZoomIn, canZoomOut, zoomIn, zoomOut, fit } = zoom;
  return (
    <div className={styles.group}>
      <Button
        label="Zoom out"
        unavailable={canZoomOut ? undefined : 'The whole picture is shown'}
        onClick={zoomOut}
      >
        <ZoomOut size={18} aria-hidden />
      </Button>
      <span className={`number ${styles.factor}`}>{Math.round(factor * 100)} %</span>
      <Button
        label="Zoom in"
        unavailable={canZoomIn ? undefined : 'This is the largest zoom'}
        onClick={zoomIn}
      >
        <ZoomIn size={18} aria-hidden />
      </Button>
      <Button label="Fit the picture" onClick={fit}>
        <Maximize size={18} aria-hidden />
      </Button>
    </div>
  );
}
