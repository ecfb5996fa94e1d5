// QR codes, drawn here: what they hold goes to no other site. The library is loaded on first use.

import { svg } from "./svg";

/** A QR code as a picture; `label` says to those who can't scan it what it is. Always dark on
 * white, whatever the theme: cameras need that. */
export async function qrPicture(text: string, label: string): Promise<SVGSVGElement> {
  const { encodeQR } = await import("qr");
  const rows: boolean[][] = encodeQR(text, "raw", { ecc: "medium", border: 2 });
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  const size = rows.length;
  return svg(
    "svg",
    { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    svg("rect", { width: size, height: size, fill: "#fff" }),
    svg("path", { d: path, fill: "#000" }),
  );
}
