export { drawLandscape, type LandscapeStyle } from './landscape.ts';
export { drawPixels, drawPng, type Picture, type PictureSize } from './paint.ts';
export { drawPortrait, type PortraitSubject, toPortraitSubject } from './portrait.ts';
