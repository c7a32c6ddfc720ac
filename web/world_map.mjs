// Draws data/map/world.svg from Natural Earth's countries, as the npm package world-atlas gives them:
//
//     npm --prefix web ci && npm --prefix web run map
//
// Land and the borders between countries become a path each, in tenths of a degree: x is longitude, y latitude turned round.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { merge, mesh } from "topojson-client";
import { presimplify, simplify } from "topojson-simplify";

// Steradians below which a corner is left out.
const SMALLEST = 0.02;

const atlas = createRequire(import.meta.url).resolve("world-atlas/countries-50m.json");
const world = simplify(presimplify(JSON.parse(readFileSync(atlas, "utf8"))), SMALLEST);
const countries = world.objects.countries;

// A line as a path of relative steps; none when it is so small that all of its points are one.
function path(line, end) {
  const points = line.map(([lon, lat]) => [Math.round(lon * 10), Math.round(-lat * 10)]);
  const steps = [];
  let [x, y] = points[0];
  for (const [toX, toY] of points.slice(1)) {
    if (toX !== x || toY !== y) steps.push(`${toX - x} ${toY - y}`);
    [x, y] = [toX, toY];
  }
  const enough = end ? 3 : 1;
  return steps.length < enough ? "" : `M${points[0].join(" ")}l${steps.join(" ").replaceAll(" -", "-")}${end}`;
}

const land = merge(world, countries.geometries).coordinates.flat().map((ring) => path(ring, "z")).join("");
const borders = mesh(world, countries, (a, b) => a !== b).coordinates.map((line) => path(line, "")).join("");
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1800 -900 3600 1800">
<path id="land" d="${land}"/>
<path id="borders" fill="none" d="${borders}"/>
</svg>
`;
writeFileSync(new URL("../data/map/world.svg", import.meta.url), svg);
