/** A BMP image's pixels, as `sharp` takes them. */
interface BmpPixels {
  /** [height, width, 3], the top row first. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What a header says of the rows that follow it. */
interface Layout {
  readonly width: number;
  readonly height: number;
  /** Rows go from the bottom up unless the header has a negative height. */
  readonly topDown: boolean;
  /** Bits of a pixel. */
  readonly depth: number;
  /** Where the first row begins. */
  readonly offset: number;
  /** Bytes of a row: a multiple of 4. */
  readonly stride: number;
}

/** Writes the colours of the row that begins at byte `row` to `pixels`, from `to` on. */
type WriteRow = (row: number, pixels: Uint8Array, to: number) => void;

const fileHeaderBytes = 14;
const compressions = ["none", "RLE8", "RLE4", "bit fields", "JPEG", "PNG", "bit fields"];

/**
 * Decodes an uncompressed BMP image of 1, 4 or 8 bits with its palette, 16, 24 or 32 bits a pixel; transparency is
 * dropped. libvips, as `sharp` brings it, has no reader of BMP. Memory is taken only for pixels that the file has.
 *
 * @throws Error that says in a few words what is wrong with the image
 * @source BITMAPFILEHEADER, BITMAPCOREHEADER and BITMAPINFOHEADER in the documentation of Windows GDI
 */
export function decodeBmp(bytes: Uint8Array, { maxPixels }: { readonly maxPixels: number }): BmpPixels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 26) throw new Error("a BMP image that is cut off");
  const layout = layoutOf(view);
  const { width, height, stride, offset, depth } = layout;
  if (width < 1 || height < 1) throw new Error(`a BMP image of ${width} x ${height} pixels`);
  if (width * height > maxPixels) throw new Error(`${width} x ${height} pixels, above ${maxPixels}`);
  if (offset + stride * height > bytes.length) throw new Error("a BMP image that is cut off");
  const write = depth <= 8 ? paletteRows(view, layout) : colourRows(view, layout);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = offset + (layout.topDown ? y : height - 1 - y) * stride;
    write(row, pixels, y * width * 3);
  }
  return { pixels, width, height };
}

function layoutOf(view: DataView): Layout {
  const headerBytes = view.getUint32(14, true);
  const isCore = headerBytes === 12;
  if (!isCore && (headerBytes < 40 || fileHeaderBytes + headerBytes > view.byteLength)) {
    throw new Error(`a BMP image with a header of ${headerBytes} bytes`);
  }
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const depth = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? 0 : view.getUint32(30, true);
  const named = compressions[compression] ?? `method ${compression}`;
  if (![1, 4, 8, 16, 24, 32].includes(depth)) throw new Error(`a BMP image of ${depth} bits a pixel`);
  const hasFields = compression === 3 || compression === 6;
  if (compression !== 0 && !(hasFields && (depth === 16 || depth === 32))) {
    throw new Error(`a BMP image compressed by ${named}, of which only uncompressed ones are read`);
  }
  return {
    ...{ width, height: Math.abs(signedHeight), topDown: signedHeight < 0, depth },
    offset: view.getUint32(10, true),
    stride: Math.ceil((width * depth) / 32) * 4,
  };
}

/** Rows of places in a palette of colours, blue first. */
function paletteRows(view: DataView, { width, depth, offset }: Layout): WriteRow {
  const headerBytes = view.getUint32(14, true);
  const size = headerBytes === 12 ? 3 : 4;
  const start = fileHeaderBytes + headerBytes;
  const room = Math.floor((Math.min(offset, view.byteLength) - start) / size);
  const colours = Math.min(2 ** depth, Math.max(0, room));
  const mask = 2 ** depth - 1;
  return (row, pixels, to) => {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const place = (view.getUint8(row + (bit >> 3)) >> (8 - depth - (bit & 7))) & mask;
      if (place >= colours) throw new Error("a BMP image with colours that its palette has not");
      setReversed(pixels, to + 3 * x, { view, at: start + place * size });
    }
  };
}

/** Rows of colours: bytes of blue, green and red, or bits that masks tell. */
function colourRows(view: DataView, { width, depth }: Layout): WriteRow {
  const bytes = depth / 8;
  const masks = masksOf(view, depth);
  const inBytes = masks.every((mask, c) => mask === 0xff << (8 * (2 - c)));
  const channels = masks.map((mask) => {
    const shift = mask === 0 ? 0 : Math.log2((mask & -mask) >>> 0);
    return { mask, shift, max: mask >>> shift };
  });
  return (row, pixels, to) => {
    for (let x = 0; x < width; x++) {
      const at = row + x * bytes;
      if (inBytes) {
        setReversed(pixels, to + 3 * x, { view, at });
        continue;
      }
      const value = bytes === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
      channels.forEach(({ mask, shift, max }, c) => {
        pixels[to + 3 * x + c] = max === 0 ? 0 : Math.round((((value & mask) >>> shift) / max) * 255);
      });
    }
  };
}

/** Writes red, green and blue of bytes in the other order. */
function setReversed(
  pixels: Uint8Array,
  to: number,
  { view, at }: { readonly view: DataView; readonly at: number },
): void {
  pixels[to] = view.getUint8(at + 2);
  pixels[to + 1] = view.getUint8(at + 1);
  pixels[to + 2] = view.getUint8(at);
}

/** Which bits of a pixel are red, green and blue. */
function masksOf(view: DataView, depth: number): number[] {
  const compression = view.getUint32(14, true) === 12 ? 0 : view.getUint32(30, true);
  // They are a part of longer headers and stand behind the header of 40 bytes: in either case at byte 54.
  if (compression !== 0 && view.byteLength >= 66) return [54, 58, 62].map((at) => view.getUint32(at, true));
  return depth === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
}
