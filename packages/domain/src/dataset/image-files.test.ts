import { describe, expect, it } from 'vitest';
import { getStem, isImage, toCaptionAddress } from './image-files.ts';

describe('image files', () => {
  it('have a caption in the same folder with the same stem', () => {
    expect(toCaptionAddress('s3://bucket/styles/16/image_001.jpg')).toBe(
      's3://bucket/styles/16/image_001.txt',
    );
    expect(toCaptionAddress('s3://bucket/v1.0/a.b.png')).toBe('s3://bucket/v1.0/a.b.txt');
    expect(toCaptionAddress('s3://bucket/v1.0/plain')).toBe('s3://bucket/v1.0/plain.txt');
    expect(toCaptionAddress('image.png')).toBe('image.txt');
  });

  it('are recognized by their ending, in lower and upper case', () => {
    expect(['a.jpg', 'a.JPEG', 'x/a.Png', 'a.webp', 'a.bmp'].every(isImage)).toBe(true);
    expect(['a.gif', 'a.txt', 'jpg', '.png', 'a.png/b', 'a.'].some(isImage)).toBe(false);
  });

  it('have a stem that ends before the last dot', () => {
    expect(getStem('s3://b/x/a.tar.png')).toBe('a.tar');
    expect(getStem('.hidden')).toBe('.hidden');
  });
});
