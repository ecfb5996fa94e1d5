// Line icons on a 24 x 24 grid, drawn inline: no font, no request, coloured by the text around them.

const PATHS = {
  send: ["M4 12 20 4l-5 16-4-7z", "M11 13l9-9"],
  check: ["M5 12.5 10 17.5 19 7"],
  alert: ["M12 4 2.8 19.5h18.4z", "M12 10v4", "M12 17v.1"],
  info: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M12 11v5", "M12 8v.1"],
  retry: ["M20 11a8 8 0 1 0-2.3 6.3", "M20 4v7h-7"],
  eye: ["M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12z", "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"],
  lock: ["M5 11h14v9H5z", "M8 11V8a4 4 0 0 1 8 0v3"],
  down: ["M12 5v14", "M6 13l6 6 6-6"],
  save: ["M12 4v11", "M7 10.5l5 5 5-5", "M5 20h14"],
  chevron: ["M9 6l6 6-6 6"],
  task: ["M4 5h16v14H4z", "M8 12l3 3 5-6"],
  play: ["M8 5l11 7-11 7z"],
  draft: ["M4 20l1-4L16 5l3 3L8 19z", "M13 8l3 3"],
  record: ["M6 3h9l4 4v14H6z", "M14 3v5h5", "M9 13h7", "M9 17h5"],
  session: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", "M12 7v5l3 2"],
  person: ["M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M4 21c1-5 4-7 8-7s7 2 8 7"],
  out: ["M14 4h5v16h-5", "M3 12h11", "M10 8l4 4-4 4"],
  key: ["M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M11 12l9-9", "M16 7l3 3"],
  offline: ["M3 3l18 18", "M5 12a10 10 0 0 1 4-2.4", "M19 12a10 10 0 0 0-5-2.7", "M12 19v.1"],
  bot: ["M5 9h14v10H5z", "M12 9V5", "M9 13v2", "M15 13v2", "M3 13v3", "M21 13v3"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  copy: ["M9 9h11v11H9z", "M15 9V4H4v11h5"],
  device: ["M3 5h18v11H3z", "M9 20h6", "M12 16v4"],
  phone: ["M8 3h8v18H8z", "M11 18h2"],
  back: ["M15 6l-6 6 6 6"],
  plus: ["M12 5v14", "M5 12h14"],
  meeting: ["M4 5h16v15H4z", "M4 10h16", "M8 3v4", "M16 3v4", "M9 15l2 2 4-4"],
  link: ["M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-6-6l-1 1", "M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 6 6l1-1"],
  print: ["M7 9V4h10v5", "M5 9h14v8h-3", "M8 17H5V9", "M8 14h8v6H8z"],
  expand: ["M4 10V4h6", "M20 14v6h-6", "M4 4l7 7", "M20 20l-7-7"],
  chart: ["M4 20V4", "M4 20h16", "M8 16v-4", "M12 16V8", "M16 16v-6"],
} as const;

export type IconName = keyof typeof PATHS;

const SVG = "http://www.w3.org/2000/svg";

/** A decorative icon: hidden from screen readers, so words must stand beside it or in a label. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
