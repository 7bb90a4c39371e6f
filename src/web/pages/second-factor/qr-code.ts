import { renderSVG } from "uqr";

/** A text as a QR code (ISO/IEC 18004), in SVG; black on white in every colour scheme, since cameras read it best so. */
export function qrCode(text: string): string {
  return renderSVG(text, { ecc: "M", border: 4 });
}
