import {
  addGrain,
  type Color,
  createRandom,
  ellipse,
  hsl,
  type Layer,
  mixColors,
  type Picture,
  paintLayers,
  type Random,
  type Shape,
  smooth,
} from './paint.ts';
/** The two styles of the sample: soft hills in mist, and layers cut from paper. */
export type LandscapeStyle = 'misty' | 'paper';

/** Range of the film grain in steps of a color channel. */
const GRAINS: Readonly<Record<LandscapeStyle, number>> = { misty: 22, paper: 10 };

/** Draws a landscape: the hills depend on the number of the image, the manner on the style. */
export function drawLandscape(style: LandscapeStyle, picture: number, grain = GRAINS[style]): Picture {
  const random = createRandom(picture * 65537 + (style === 'misty' ? 1 : 2));
  return addGrain(style === 'misty' ? drawMisty(random) : drawPaper(random), random, grain);
}

function drawMisty(random: Random): Picture {
  const hue = 190 + random() * 60;
  const haze = hsl(hue, 0.2, 0.82);
  const sun: Layer = { shape: ellipse(random() - 0.5, -0.5, 0.25, 0.25, 0.9), color: hsl(40, 0.7, 0.85) };
  const hills = Array.from({ length: 5 }, (_, index): Layer => {
    const nearness = (index + 1) / 5;
    const color = mixColors(haze, hsl(hue - 40, 0.3, 0.3), nearness);
    return { shape: createHill(random, -0.35 + index * 0.25, 0.25), color };
  });
  const sky = (y: number): Color => mixColors(hsl(hue, 0.35, 0.62), haze, smooth((y + 1) / 1.2));
  return paintLayers((_, y) => sky(y), [sun, ...hills]);
}

function drawPaper(random: Random): Picture {
  const hue = random() * 360;
  const sun: Layer = { shape: ellipse(random() - 0.5, -0.45, 0.22, 0.22, 0.05), color: hsl(45, 0.9, 0.7) };
  const hills = Array.from({ length: 4 }, (_, index) => {
    const edge = createHill(random, -0.2 + index * 0.3, 0.03);
    const below: Shape = (x, y) => edge(x, y + 0.06) * 0.35;
    const color = hsl((hue + index * 35) % 360, 0.65, 0.65 - index * 0.12);
    return [
      { shape: below, color: [20, 15, 25] },
      { shape: edge, color },
    ] as const satisfies readonly Layer[];
  });
  const sky = hsl((hue + 180) % 360, 0.5, 0.85);
  return paintLayers(() => sky, [sun, ...hills.flat()]);
}

/** Shape below a line of hills, a sum of three waves. */
function createHill(random: Random, height: number, softness: number): Shape {
  const waves = [1.5, 3.1, 6.7].map((frequency, index) => ({
    frequency: frequency * (0.8 + random() * 0.4),
    phase: random() * 7,
    size: 0.2 / (index + 1),
  }));
  return (x, y) => {
    const ridge = waves.reduce(
      (sum, wave) => sum + wave.size * Math.sin(x * wave.frequency + wave.phase),
      height,
    );
    return smooth((y - ridge) / softness);
  };
}
