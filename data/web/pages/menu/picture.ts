// SPDX-License-Identifier: Apache-2.0
// A picture from somebody's camera, made small enough for a menu: the guest's phone fetches it.

/** The longer side. */
const MAX_SIDE = 640;
/** The hub takes 256 KiB. */
export const MAX_BYTES = 200 * 1024;
const TYPES = ["image/webp", "image/jpeg"];
const QUALITIES = [0.82, 0.7, 0.55, 0.4];

export interface Picture {
  type: string;
  /** base64 */
  data: string;
}

/** What fits, never larger than it is. */
export function fitSize(width: number, height: number): [width: number, height: number] {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height, 1));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/** Of base64 text. */
export function bytesOf(data: string): number {
  return Math.floor((data.length * 3) / 4) - (/=*$/.exec(data)?.[0].length ?? 0);
}

/** null: a browser that cannot write this type wrote another one. */
export function readDataUrl(url: string, wanted: string): Picture | null {
  const [, type, data] = /^data:(image\/[a-z]+);base64,(.+)$/.exec(url) ?? [];
  return type === wanted && data !== undefined ? { type, data } : null;
}

function readFile(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error("the file cannot be read"));
    reader.readAsDataURL(file);
  });
}

function loadImage(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("no picture that this browser knows"));
    image.src = url;
  });
}

/** Resolves to null where it is no picture, or cannot be made small enough. */
export async function shrinkPicture(file: Blob): Promise<Picture | null> {
  try {
    const image = await loadImage(await readFile(file));
    const [width, height] = fitSize(image.naturalWidth, image.naturalHeight);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    if (context === null) return null;
    // What is transparent would be black as a JPEG.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.drawImage(image, 0, 0, width, height);
    for (const type of TYPES)
      for (const quality of QUALITIES) {
        const picture = readDataUrl(canvas.toDataURL(type, quality), type);
        if (picture === null) break;
        if (bytesOf(picture.data) <= MAX_BYTES) return picture;
      }
    return null;
  } catch {
    return null;
  }
}
