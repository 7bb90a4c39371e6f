import type { Report } from "./report.ts";
import { KUDOS, RIVAL, SERVERS } from "./servers.ts";

const COLOURS: Readonly<Record<string, string>> = { [KUDOS]: "#b3261e", [RIVAL]: "#1f2937" };
const OTHERS = "#9ca3af";
const [WIDTH, LEFT, BAR, GAP, HEAD] = [900, 300, 11, 16, 70];
/** The room to the right of the longest bar, for its number. */
const RIGHT = 90;

/** A picture (SVG) of the CPU time of each work: bars as long as their ratio to Fastify, with the microseconds. */
export function drawReport({ works, machine }: Report): string {
  const block = SERVERS.length * BAR + GAP;
  const height = HEAD + works.length * block + 10;
  const longest = Math.max(...works.flatMap(({ toRival }) => SERVERS.map(({ name }) => toRival[name]?.median ?? 0)));
  const scale = (WIDTH - LEFT - RIGHT) / longest;
  const bars = works.flatMap(({ title, connections, servers, toRival }, index) => {
    const top = HEAD + index * block;
    const middle = top + (SERVERS.length * BAR) / 2;
    return [
      text(10, middle + 4, `${title}, ${connections} connections`, 12),
      ...SERVERS.map(({ name }, row) => {
        const length = (toRival[name]?.median ?? 0) * scale;
        const y = top + row * BAR;
        const value = `${name} ${servers[name]?.cpu.median.toFixed(0)} µs`;
        const bar = `<rect x="${LEFT}" y="${y}" width="${length.toFixed(1)}" height="${BAR - 2}" fill="${COLOURS[name] ?? OTHERS}"/>`;
        return bar + text(LEFT + length + 4, y + BAR - 3, value, 9);
      }),
    ];
  });
  const rival = (LEFT + scale).toFixed(1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="sans-serif">`,
    "<title>CPU time per request of Kudos, Fastify, Hono, Express and bare node:http</title>",
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(10, 24, "CPU time per request, as a ratio to Fastify (the line); less is better", 16),
    text(10, 44, `npm run bench, ${machine.date}, ${machine.cores} cores, Node ${machine.node}`, 11),
    ...bars,
    `<line x1="${rival}" x2="${rival}" y1="${HEAD - 10}" y2="${height - 14}" stroke="#1f2937" stroke-dasharray="3 3"/>`,
    "</svg>",
    "",
  ].join("\n");
}

function text(x: number, y: number, content: string, size: number): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" fill="#111827">${content}</text>`;
}
