// Pictures for the stories, and what should become of them.
import { PNG } from "pngjs";
import type { Upload } from "./person";

/** A picture whose every place has a colour of its own. */
export function photo(width = 640, height = 480): Upload {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      png.data.set(colour(x / width, y / height), (y * width + x) * 4);
    }
  }
  return { name: "photo.png", mimeType: "image/png", buffer: PNG.sync.write(png) };
}

function colour(across: number, down: number): number[] {
  const spot = 60 * Math.exp(-40 * ((across - 0.3) ** 2 + (down - 0.6) ** 2));
  return [20 + 180 * across + spot, 10 + 170 * down + spot, 200 - 120 * across + spot / 2, 255].map(Math.round);
}

/** The source in black and white at another size: the mean of the pixels that each new one covers. */
export function smallAndGrey(source: Buffer, width: number, height: number): PNG {
  const from = PNG.sync.read(source);
  const to = new PNG({ width, height });
  const [across, down] = [from.width / width, from.height / height];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grey = Math.round(mean(from, x * across, y * down, across, down));
      to.data.set([grey, grey, grey, 255], (y * width + x) * 4);
    }
  }
  return to;
}

/** How light a part of the picture is, as the eye weighs the colours. */
function mean(from: PNG, left: number, top: number, width: number, height: number): number {
  let [sum, count] = [0, 0];
  for (let y = Math.floor(top); y < top + height; y++) {
    for (let x = Math.floor(left); x < left + width; x++) {
      const [red, green, blue] = from.data.subarray((y * from.width + x) * 4);
      sum += 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      count += 1;
    }
  }
  return sum / count;
}

/** The largest difference of any value of any pixel. */
export function largestDifference(one: PNG, other: PNG): number {
  if (one.width !== other.width || one.height !== other.height) return Infinity;
  let largest = 0;
  one.data.forEach((value, at) => (largest = Math.max(largest, Math.abs(value - other.data[at]))));
  return largest;
}
