// SPDX-License-Identifier: Apache-2.0
import makeCode from "qrcode-generator";

// The library's own standard is Shift-JIS; readers expect UTF-8.
makeCode.stringToBytes = (text: string) => Array.from(new TextEncoder().encode(text));

export interface QrPicture {
  /** Modules on a side, without the quiet zone. */
  size: number;
  /** One path over all dark modules, a unit each. */
  path: string;
}

/** null: longer than a QR code holds. */
export function drawQr(text: string): QrPicture | null {
  try {
    const code = makeCode(0, "M");
    code.addData(text, "Byte");
    code.make();
    const size = code.getModuleCount();
    let path = "";
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        if (code.isDark(row, column)) path += `M${column} ${row}h1v1h-1z`;
      }
    }
    return { size, path };
  } catch {
    return null;
  }
}
