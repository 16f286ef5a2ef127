// SPDX-License-Identifier: Apache-2.0
// A QR code that the hub drew. As an image it stays a picture, whatever the text of it says; on white
// also in the dark, because cameras read nothing else.

export function QrPicture({ svg, label }: { svg: string; label: string }) {
  return (
    <img class="qr-picture" src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt={label} />
  );
}
